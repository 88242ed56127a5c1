/**
 * The shop's page: seats are chosen in the element, and paid in the shop's own form. What they cost and whether they are
 * booked is for the server to say.
 */

/** @typedef {import("../src/index.js").Selection} Selection */

/** @template {HTMLElement} T @param {string} id @returns {T} */
const $ = (id) => /** @type {T} */ (document.getElementById(id));
/** @param {string} id */
const field = (id) => /** @type {HTMLInputElement} */ ($(id)).value;

const map = /** @type {import("../src/index.js").SeatMap} */ (document.querySelector("seat-map"));
/** @type {HTMLDialogElement} */
const payment = $("payment");
/** @type {HTMLDialogElement} */
const thanks = $("thanks");
/** @type {HTMLButtonElement} */
const payButton = $("pay");

/** The selection that is being paid. @type {string | null} */
let holdId = null;

/** @param {number} amount @param {string} currency */
const money = (amount, currency) => new Intl.NumberFormat("en-US", { style: "currency", currency }).format(amount);
/** @param {readonly string[]} seatIds */
const named = (seatIds) => seatIds.map((seatId) => seatId.replaceAll("_", " ")).join(", ");

map.tokenProvider = async () => {
  const answer = await fetch("/token");
  if (!answer.ok) throw new Error("The shop gives no token");
  return answer.text();
};

map.addEventListener("checkout", (event) => {
  event.preventDefault();
  const selection = /** @type {CustomEvent<Selection>} */ (event).detail;
  holdId = selection.holdId;
  $("seats").textContent = named(selection.seats.map(({ seatId }) => seatId));
  $("sum").textContent = money(selection.totalAmount, selection.currency);
  payButton.textContent = `Pay ${$("sum").textContent}`;
  $("sorry").textContent = "";
  payment.showModal();
});

// While one pays, seats may be lost: whoever is told too late would fill in the card for nothing.
map.addEventListener("hold-expired", () => {
  if (payment.open && !payButton.disabled) $("sorry").textContent = "The time is up, and your seats are free again. Please choose anew.";
});

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (payButton.disabled) return;
  payButton.disabled = true;
  $("sorry").textContent = "";
  try {
    showThanks(await pay());
  } catch (error) {
    $("sorry").textContent = /** @type {Error} */ (error).message;
  } finally {
    payButton.disabled = false;
  }
});

/** Asks the shop's server; what it refuses, it says in a sentence for people. */
async function pay() {
  const order = { holdId, contact: { name: field("name"), email: field("email") }, card: field("card") };
  const answer = await fetch("/pay", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(order),
  }).catch(() => null);
  if (!answer) throw new Error("The shop was not reached. Press Pay again: you will not pay twice.");
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.message);
  return data;
}

/** @param {{ bookingId: string, seatIds: string[], totalAmount: number, currency: string }} booked */
function showThanks({ bookingId, seatIds, totalAmount, currency }) {
  $("thanks-text").textContent = `Thank you, ${field("name").trim()}. A real shop would now write to ${field("email").trim()}.`;
  $("booked-seats").textContent = named(seatIds);
  $("booked-sum").textContent = money(totalAmount, currency);
  $("booking").textContent = bookingId;
  /** @type {HTMLInputElement} */ ($("card")).value = "";
  payment.close();
  thanks.showModal();
}

$("back").addEventListener("click", () => payment.close());
$("done").addEventListener("click", () => thanks.close());
