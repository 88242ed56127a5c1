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

/** @typedef {{ holdId: string | null, seatIds: string[], totalAmount: number, currency: string }} Shown */

/** What is being paid, as the buyer sees it. @type {Shown | null} */
let shown = null;
/** Whether the card may be charged for it already: then paying again only asks what became of it. */
let isUnsure = false;

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
  const { holdId, seats, totalAmount, currency } = /** @type {CustomEvent<Selection>} */ (event).detail;
  if (holdId !== shown?.holdId) isUnsure = false;
  if (!isUnsure) say("");
  show({ holdId, seatIds: seats.map(({ seatId }) => seatId), totalAmount, currency });
  showTime();
  payment.showModal();
});

/** @param {Shown} selection */
function show(selection) {
  shown = selection;
  $("seats").textContent = named(shown.seatIds);
  $("sum").textContent = money(shown.totalAmount, shown.currency);
  payButton.textContent = `Pay ${$("sum").textContent}`;
}

/** @param {string} text */
const say = (text) => void ($("sorry").textContent = text);

// The map's own clock is behind this dialog.
function showTime(before = "") {
  const { expiresAt } = map.selection;
  const until = expiresAt && new Date(expiresAt).toLocaleTimeString("en-US", { timeStyle: "short" });
  $("time").textContent = until ? `${before}Your seats are held until ${until}.` : "";
  $("more").hidden = !until;
}
map.addEventListener("hold-changed", () => showTime());
map.addEventListener("hold-expiring", () => showTime("The time is nearly over. "));
$("more").addEventListener("click", () => {
  map.extend().then(() => showTime(), () => ($("time").textContent = "Your seats cannot be held any longer. Please pay now."));
});

// While one pays, seats may be lost: whoever is told too late would fill in the card for nothing.
map.addEventListener("hold-expired", () => {
  if (payment.open && !payButton.disabled && !isUnsure) say("The time is up, and your seats are free again. Please choose anew.");
});

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (payButton.disabled) return;
  payButton.disabled = true;
  say("");
  const { status, data } = await pay();
  payButton.disabled = false;
  isUnsure = status === 0 || data.code === "unsure";
  if (status === 200) return showThanks(data);
  if (data.code === "changed") show({ ...shown, ...data });
  say(data.message);
});

/** Asks the shop's server; what it refuses, it says in a sentence for people. Status 0: nobody knows what became of it. */
async function pay() {
  const { holdId, totalAmount: total, currency } = /** @type {Shown} */ (shown);
  const order = { holdId, total, currency, contact: { name: field("name"), email: field("email") }, card: field("card") };
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch("/pay", { method: "POST", headers, body: JSON.stringify(order) });
    return { status: answer.status, data: await answer.json() };
  } catch {
    return { status: 0, data: { message: "The shop was not reached. Press Pay again: you will not pay twice." } };
  }
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
