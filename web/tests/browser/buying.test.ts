/** From a hold to a booking, as a buyer does it on the page. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import { club, theatre } from "./layouts.js";
import { OwnStack } from "./own-stack.js";
import type { Shop } from "./shop.js";
import { buyer, house, putOnSale, type Person } from "./stack.js";
import { claim, CONCURRENCY, type Stage } from "./stage.js";

const child = (prices: Record<string, number>) => [{ id: "adult", name: "Adult" }, { id: "child", name: "Child", prices }];

const dialog = (shop: Shop) => shop.page.locator("seat-map dialog:not([role])");
const warning = (shop: Shop) => shop.page.getByRole("alertdialog");
const receipt = (shop: Shop) => shop.part("basket").locator(".receipt");
const press = (shop: Shop, name: string) => shop.part("basket").getByRole("button", { name }).click();

/** Types into the checkout's first step, and goes on to the last one. */
async function giveDetails(shop: Shop): Promise<void> {
  await dialog(shop).getByLabel("Name", { exact: true }).fill("Ann Lee");
  await dialog(shop).getByLabel("E-mail").fill("ann@shop.example");
  await dialog(shop).getByRole("button", { name: "Next" }).click();
}

async function bookingsOf(event: string): Promise<any[]> {
  return (await house().ask("GET", `/admin/events/${event}/bookings`)).bookings;
}

describe("buying", { concurrency: CONCURRENCY }, () => {
  claim("with the keyboard alone seats are chosen, details typed, and the booking is made", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    const keys = async (...all: string[]) => {
      for (const key of all) await shop.page.keyboard.press(key);
    };
    const tabTo = async (name: string) => {
      const focused = () => shop.page.evaluate(() => document.querySelector("seat-map")!.shadowRoot!.activeElement?.textContent?.trim());
      for (let step = 0; step < 60 && (await focused()) !== name; step += 1) await keys("Tab");
      assert.equal(await focused(), name);
    };
    await keys("Tab", "Enter", "Tab", "Enter", "ArrowRight", "Enter");
    await shop.showsAsMine("A1");
    await shop.showsAsMine("A2");
    await tabTo("Continue");
    await keys("Enter");
    await dialog(shop).waitFor();
    await keys("Tab");
    await shop.page.keyboard.type("Ann Lee");
    await keys("Tab");
    await shop.page.keyboard.type("ann@shop.example");
    await keys("Tab", "Enter", "Tab");
    await shop.page.keyboard.type("Ann");
    await tabTo("Next");
    await keys("Enter");
    await eventually("the last step's heading is read", () => dialog(shop).locator("h2").evaluate((heading) =>
      (heading.getRootNode() as ShadowRoot).activeElement === heading && heading.textContent), "Check and book");
    assert.match((await dialog(shop).textContent())!, /row A, seat 2 · \$150\.00.*Total: \$300\.00/s);
    await tabTo("Book");
    await keys("Enter");
    await receipt(shop).waitFor();
    const [booking] = await bookingsOf(event);
    assert.match((await receipt(shop).textContent())!, new RegExp(booking.bookingId));
    assert.deepEqual(booking.contactInfo, { name: "Ann Lee", email: "ann@shop.example" });
    assert.deepEqual(booking.passengers, [{ seatId: "A1", firstName: "Ann", lastName: "" }]);
    await eventually("it is said", async () => /Booked/.test(await shop.said()), true);
    assert.equal(await shop.seat("A1").getAttribute("data-own"), "bought", "marked in the list");
    assert.deepEqual((await shop.heard("booked")).map(({ bookingId }) => bookingId), [booking.bookingId]);
  });

  claim("a seat's ticket type is chosen in the basket, and the total follows", async (stage) => {
    const event = await putOnSale(theatre(), { ticketTypes: child({ standard: 20 }) });
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.call("hold", ["B1", "B2"]);
    const chooser = shop.part("basket").getByLabel("Ticket for Stalls, row B, seat 2");
    assert.deepEqual(await chooser.locator("option").allTextContents(), ["Adult · $75.00", "Child · $20.00"]);
    await chooser.selectOption({ label: "Child · $20.00" });
    await eventually("the total", () => shop.part("basket").locator(".total").textContent(), "$95.00");
    const { holds } = await ann.ask("GET", `/holds?eventId=${event}`);
    assert.deepEqual(holds[0].seats.map((seat: any) => [seat.seatId, seat.ticketTypeId]).sort(), [["B1", "adult"], ["B2", "child"]]);
  });

  claim("a ticket type that is refused is not shown as chosen", async (stage) => {
    const event = await putOnSale(theatre(), { ticketTypes: child({ standard: 20 }) });
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["B1"]);
    await shop.page.route("**/hold-seats", (route) => route.fulfill({
      status: 503, headers: { "retry-after": "60" }, json: { success: false, code: "throttled", message: "Try again later" },
    }));
    const chooser = shop.part("basket").getByLabel(/Ticket for/);
    await chooser.selectOption({ label: "Child · $20.00" });
    await shop.hears("failed", () => true, 30_000);
    await eventually("the ticket", () => chooser.inputValue(), "adult");
  });

  claim("places of an area are held by ticket type", async (stage) => {
    const event = await putOnSale(club(), { ticketTypes: child({ standard: 20, floor: 10 }) });
    const { shop } = await stage.visitor(event);
    await shop.openSection("Dance floor");
    await shop.part("list").getByLabel("How many: Adult").fill("2");
    await shop.part("list").getByLabel("How many: Child").fill("1");
    await shop.part("list").getByRole("button", { name: /Hold places/ }).click();
    await eventually("the sum", async () => (await shop.selection()).totalAmount, 2 * 40 + 10);
    assert.match((await shop.part("basket").textContent())!, /2 × Dance floor.*1 × Dance floor/s);
    await shop.part("basket").getByLabel("Ticket for 2 × Dance floor").selectOption({ label: "Child · $10.00" });
    await eventually("all of a line take another type", async () => (await shop.selection()).totalAmount, 3 * 10);
  });

  claim("the last step waits for holds that are under way", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1"]);
    await shop.openSection("Stalls");
    await shop.page.route("**/hold-seats", async (route) => {
      await pause(1_500);
      await route.continue();
    });
    await shop.seat("A2").click();
    await press(shop, "Continue");
    assert.deepEqual(await shop.heard("checkout"), []);
    assert.equal(await dialog(shop).isVisible(), false);
    await shop.hears("checkout", ({ seats }) => seats.length === 2);
    await dialog(shop).waitFor();
    assert.equal((await shop.heard("checkout")).length, 1);
  });

  claim("a second press on Book books once", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1"]);
    await press(shop, "Continue");
    await giveDetails(shop);
    await dialog(shop).getByRole("button", { name: "Book" }).dblclick();
    await receipt(shop).waitFor();
    assert.equal((await bookingsOf(event)).length, 1);
    assert.deepEqual(await shop.heard("failed"), []);
  });

  claim("where only the shop may book, the element's own form says so and keeps the seats", async (stage) => {
    const event = await putOnSale(theatre(), { rules: { confirmBy: "admin" } });
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1"]);
    await press(shop, "Continue");
    await giveDetails(shop);
    await dialog(shop).getByRole("button", { name: "Book" }).click();
    await eventually("the reason", () => dialog(shop).locator("[role=alert]:not(.unseen)").textContent(), "Only the shop can book these seats. They are still held for you.");
    assert.deepEqual(await shop.held(), ["A1"]);
  });

  claim("a shop that takes the checkout over books by its server, and the element shows the booking once", async (stage) => {
    const event = await putOnSale(theatre(), { rules: { confirmBy: "admin" } });
    const script = `addEventListener("checkout", (event) => { event.preventDefault(); globalThis.taken = event.detail; });`;
    const { shop, buyer: ann } = await stage.visitor(event, { script });
    await shop.call("hold", ["A1", "A2"]);
    await press(shop, "Continue");
    await shop.hears("checkout");
    assert.equal(await dialog(shop).isVisible(), false);
    const paymentInfo = { transactionId: `t-${event}`, gateway: "test", status: "paid" };
    const booking = await house().ask("POST", "/confirm", { eventId: event, userId: ann.sub, paymentInfo, contactInfo: { name: "Ann" } });
    await receipt(shop).waitFor();
    assert.match((await receipt(shop).textContent())!, new RegExp(booking.bookingId));
    assert.deepEqual((await shop.heard("booked")).map(({ bookingId, totalAmount }) => [bookingId, totalAmount]), [[booking.bookingId, 300]]);
    assert.deepEqual([await shop.held(), await shop.heard("seat-lost"), await shop.heard("hold-expired")], [[], [], []]);
    await shop.part("basket").getByRole("button", { name: "Close" }).click();
    assert.match((await shop.part("basket").textContent())!, /You hold no seats/);
  });

  claim("of two tabs the one that books tells it, and both show the seats as the buyer's", async (stage) => {
    const event = await putOnSale(theatre());
    const [ann, window] = [buyer("ann"), await stage.window()];
    const [first, second] = [await stage.shop({ event, buyer: ann, window }), await stage.shop({ event, buyer: ann, window })];
    await first.call("hold", ["A1"]);
    await eventually("the second tab knows", () => second.held(), ["A1"]);
    await first.call("confirm", { contactInfo: { name: "Ann" } });
    await second.openSection("Stalls");
    await eventually("bought", () => second.seat("A1").getAttribute("data-own"), "bought");
    assert.deepEqual([await second.held(), await second.heard("booked"), await second.heard("seat-lost")], [[], [], []]);
    assert.equal((await first.heard("booked")).length, 1);
  });
  claim("another buyer on the same page sees nothing of what the one before has typed or booked", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1", "A2"]);
    await shop.call("confirm", { seatIds: ["A2"] });
    assert.match((await shop.part("basket").textContent())!, /Booked.*row A, seat 2.*Continue/s, "what is still held stays in sight");
    await press(shop, "Continue");
    await giveDetails(shop);
    await shop.setAttribute("token", buyer("bob").token);
    await dialog(shop).waitFor({ state: "detached" });
    await eventually("nothing is held", () => shop.held(), []);
    assert.equal(await receipt(shop).count(), 0);
    await shop.call("hold", ["B1"]);
    await press(shop, "Continue");
    assert.equal(await dialog(shop).getByLabel("Name", { exact: true }).inputValue(), "");
  });

  claim("the ticket of one seat is changed, whichever row of the basket it is in", async (stage) => {
    const event = await putOnSale(theatre(), { ticketTypes: child({ standard: 20 }) });
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["B3"]);
    await shop.call("hold", ["B1"]);
    const first = shop.part("basket").getByLabel("Ticket for Stalls, row B, seat 3");
    const second = shop.part("basket").getByLabel("Ticket for Stalls, row B, seat 1");
    await first.selectOption({ label: "Child · $20.00" });
    await eventually("the sum", async () => (await shop.selection()).totalAmount, 95);
    assert.deepEqual([await first.inputValue(), await second.inputValue()], ["child", "adult"]);
    await shop.part("basket").getByRole("button", { name: "Give up Stalls, row B, seat 3" }).click();
    await eventually("one is left", () => shop.held(), ["B1"]);
    assert.equal(await second.inputValue(), "adult");
  });

  claim("a checkout goes on where the element is moved, and works again where it was taken out", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event, { body: (map) => `${map}<div id="elsewhere"></div>` });
    await shop.call("hold", ["A1"]);
    await press(shop, "Continue");
    await dialog(shop).getByLabel("Name", { exact: true }).fill("Ann Lee");
    const isModal = () => dialog(shop).evaluate((element) => element.matches(":modal"));
    await shop.page.evaluate(() => document.querySelector("#elsewhere")!.append(document.querySelector("seat-map")!));
    await eventually("modal again", isModal, true);
    assert.equal(await dialog(shop).getByLabel("Name", { exact: true }).inputValue(), "Ann Lee");
    await shop.page.keyboard.press("Escape");
    await press(shop, "Continue");
    await eventually("and opened again", isModal, true);
  });

  claim("where another tab has booked, the checkout closes and says nothing of a time that is over", async (stage) => {
    const event = await putOnSale(theatre());
    const [ann, window] = [buyer("ann"), await stage.window()];
    const [first, second] = [await stage.shop({ event, buyer: ann, window }), await stage.shop({ event, buyer: ann, window })];
    await first.call("hold", ["A1"]);
    await press(first, "Continue");
    await giveDetails(first);
    await eventually("the second tab knows", () => second.held(), ["A1"]);
    await second.call("confirm", { contactInfo: { name: "Ann" } });
    await dialog(first).waitFor({ state: "detached" });
    assert.deepEqual(await first.heard("hold-expired"), []);
  });
});

/** A stack whose clock a test may move, and a page of a buyer on it. */
async function onMovedClock(stage: Stage, rules: object): Promise<{ stack: OwnStack; shop: Shop; ann: Person; event: string }> {
  const stack = await OwnStack.start();
  stage.atEnd(() => stack.stop());
  const event = await putOnSale(theatre(), { rules }, stack);
  const ann = buyer("ann", stack);
  return { stack, shop: await stage.shop({ event, buyer: ann, attributes: { api: stack.base } }), ann, event };
}

const LONG_MS = 180_000;
/** The element asks for the server's time this often while something is held, and then some. */
const CLOCK_SEEN_MS = 30_000;

describe("a hold that ends", { concurrency: 2 }, () => {
  claim("a minute before its end more time is offered, and given", async (stage) => {
    const { stack, shop, ann, event } = await onMovedClock(stage, { holdMinutes: 5, maxHoldMinutes: 7 });
    await shop.call("hold", ["A1"]);
    const before = (await shop.selection()).expiresAt!;
    await stack.advance("4m10s");
    await warning(shop).waitFor({ timeout: CLOCK_SEEN_MS });
    await shop.hears("hold-expiring", ({ secondsLeft }) => secondsLeft > 20 && secondsLeft <= 60);
    await warning(shop).getByRole("button", { name: "More time" }).click();
    await warning(shop).waitFor({ state: "detached" });
    const { expiresAt } = await shop.selection();
    assert.ok(Date.parse(expiresAt!) > Date.parse(before) + 60_000, `${before} became ${expiresAt}`);
    assert.deepEqual(await ann.held(event), ["A1"]);
    // As far as the cap goes, and no further.
    await stack.advance("2m");
    await warning(shop).waitFor({ timeout: CLOCK_SEEN_MS });
    await warning(shop).getByRole("button", { name: "More time" }).click();
    await eventually("that there is no more", async () => /cannot be held any longer/.test((await warning(shop).textContent())!), true);
    assert.equal(await shop.part("basket").getByRole("button", { name: "More time" }).count(), 0);
    await warning(shop).getByRole("button", { name: "Close" }).click();
    await warning(shop).waitFor({ state: "detached" });
  }, LONG_MS);

  claim("above a dialog of the page's own the warning can be pressed", async (stage) => {
    const event = await putOnSale(theatre(), { rules: { holdMinutes: 5 } });
    const ann = buyer("ann");
    await ann.hold(event, ["A1"], 1);
    const body = (map: string) => `${map}<dialog id="pay"><button>Pay</button></dialog>`;
    const shop = await stage.shop({ event, buyer: ann, body });
    await shop.page.evaluate(() => document.querySelector<HTMLDialogElement>("#pay")!.showModal());
    await warning(shop).getByRole("button", { name: "More time" }).click();
    await warning(shop).waitFor({ state: "detached" });
    assert.ok(Date.parse((await shop.selection()).expiresAt!) - Date.now() > 2 * 60_000);
  });

  claim("what was typed is kept when the time is over, and the same seats can be held again and booked", async (stage) => {
    const { stack, shop, ann, event } = await onMovedClock(stage, { holdMinutes: 5 });
    await shop.call("hold", ["A1", "A2"]);
    await press(shop, "Continue");
    await dialog(shop).getByLabel("Name", { exact: true }).fill("Ann Lee");
    await stack.advance("5m");
    await shop.hears("hold-expired", ({ seatIds }) => seatIds.length === 2, CLOCK_SEEN_MS);
    assert.equal(await dialog(shop).getByLabel("Name", { exact: true }).inputValue(), "Ann Lee");
    await dialog(shop).getByLabel("E-mail").fill("ann@shop.example");
    await dialog(shop).getByRole("button", { name: "Next" }).click();
    await dialog(shop).getByRole("button", { name: "Hold the same seats again" }).click();
    await dialog(shop).getByRole("button", { name: "Book" }).click();
    await receipt(shop).waitFor();
    const { bookings } = await ann.ask("GET", "/bookings");
    assert.deepEqual([bookings[0].eventId, bookings[0].contactInfo.name, bookings[0].seats.length], [event, "Ann Lee", 2]);
  }, LONG_MS);
});
