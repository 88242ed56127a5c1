/** What the older systems' documents print and promise, in the browser: code that runs as it stands, and pages that were named. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { subject } from "../../src/client/index.js";
import { eventually } from "./eventually.js";
import { front } from "./front.js";
import { Shop } from "./shop.js";
import { buyer, freshId, house, STACK, token, type Person } from "./stack.js";
import { claim, type Stage } from "./stage.js";

const TRIP = "trip123";
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws:; require-trusted-types-for 'script'; trusted-types 'none'";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");

/** The printed code, with the one import that changes, and what any shop would put in its place: address, token, payment. */
async function tripCode(base: string, { token: own }: Person): Promise<string> {
  const substitutes = [
    ["import io from 'socket.io-client';", "import io from '/io.js';"],
    ["'http://localhost:5000'", `'${base}'`],
    ["'your-jwt-token-here'", `'${own}'`],
    ["'payment123'", `'payment-${freshId()}'`],
  ] as const;
  return substitutes.reduce((code, [printed, ours]) => {
    assert.ok(code.includes(printed), printed);
    return code.replace(printed, ours);
  }, await read("seeds/trip.txt"));
}

/** What the stack's only trip was given, it gets back. */
async function giveBack(person: Person): Promise<void> {
  await person.release(TRIP).catch(() => {});
  for (const { bookingId } of await bookings(person)) await person.ask("POST", `/bookings/${bookingId}/cancel`, {});
}

async function bookings(person: Person): Promise<any[]> {
  const { bookings: all } = await person.ask("GET", "/bookings");
  return all.filter(({ status }: { status: string }) => status === "confirmed");
}

describe("a bus's page that was written for Socket.IO", () => {
  claim("runs as it was printed but for its import: it sees the seats, holds, hears of others, and books", async (stage) => {
    const [john, jane] = [buyer("john"), buyer("jane")];
    stage.atEnd(() => giveBack(john));
    stage.atEnd(() => giveBack(jane));
    // The printed code holds 1A and books 1A with 1B: somebody has held that before.
    await john.hold(TRIP, ["1B"]);
    const said = await run(stage, await tripCode((await front()).base, john));

    const says = (what: RegExp) => eventually(`it says ${what}`, () => said.some((line) => what.test(line)), true);
    await says(/^Trip seats: 49 of \{.*"seatLabel":"1A"/);
    await says(/^Seat held until: .*\d\d:\d\d/);
    await jane.hold(TRIP, ["2C"]);
    await says(/^Seat 2C is now held$/);

    await eventually("the booking", async () => (await bookings(john)).length, 1);
    const [booking] = await bookings(john);
    assert.deepEqual(booking.seats.map(({ seatId }: { seatId: string }) => seatId).sort(), ["1A", "1B"]);
    const { booking: whole } = await john.ask("GET", `/bookings/${booking.bookingId}`);
    assert.deepEqual(whole.passengers.map(({ firstName }: { firstName: string }) => firstName), ["John", "Jane"]);
  });

  claim("is told by its verb's own event what it cannot have", async (stage) => {
    const [ann, bob] = [buyer("ann"), buyer("bob")];
    stage.atEnd(() => giveBack(bob));
    await bob.hold(TRIP, ["3A"]);
    const said = await run(stage, `
      import io from "/io.js";
      const socket = io(location.origin, { auth: (give) => give({ token: "${ann.token}" }) });
      for (const event of ["seat:hold:failed", "booking:failed", "error"]) {
        socket.on(event, ({ code, seatLabel, tripId }) => console.log([event, code, seatLabel, tripId].join(" ")));
      }
      socket.emit("seat:hold", { tripId: "${TRIP}", seatLabel: "3A" });
      socket.emit("booking:confirm", { tripId: "${TRIP}", seatLabels: ["3B"] });
      socket.emit("join:trip", { tripId: "there-is-none" });
    `);
    const wanted = [
      `booking:failed not_held 3B ${TRIP}`, "error not_found  there-is-none", `seat:hold:failed seat_held 3A ${TRIP}`,
    ];
    await eventually("three failures", () => [...said].sort(), wanted);
  });
});

/** Runs a script in a page with a strict policy; what it prints, as it comes. A list is its length and its first entry. */
async function run(stage: Stage, script: string): Promise<string[]> {
  const [server, window, path, said] = [await front(), await stage.window(), `/t/${freshId()}`, [] as string[]];
  server.serve(`${path}.js`, { body: script });
  const body = `<!doctype html><html lang="en"><title>A trip</title><script type="module" src="${path}.js"></script></html>`;
  const address = server.serve(`${path}.html`, { body, headers: { "content-security-policy": POLICY } });
  window.on("console", async (message) => {
    if (message.type() !== "log") return;
    const list = await message.args()[1]?.evaluate((value) => Array.isArray(value) && `${value.length} of ${JSON.stringify(value[0])}`);
    said.push(list ? message.text().replace(/\[.*/s, list) : message.text());
  });
  stage.shops.push(await Shop.at(window, address));
  return said;
}

describe("the seat reservation demo", () => {
  claim("it shows a screening to two buyers: what one takes the other sees", async (stage) => {
    const shop = await Shop.at(await stage.window(), `${STACK.base}/seat-reservation-demo.html`);
    stage.shops.push(shop);
    await shop.ready();
    assert.equal(await shop.page.locator("h1").textContent(), "Screen 7, the late show");
    const { heldSeats: [seat] } = await shop.call("holdBest", { quantity: 1 });
    const second = shop.page.locator("#second");
    const row = second.locator("[aria-expanded]").filter({ hasText: `Row ${seat[0]}` });
    await row.click();
    const status = () => second.locator(`[data-seat-id="${seat}"]`).getAttribute("data-status");
    await eventually("the other buyer's list", status, "held");
    assert.deepEqual(await shop.page.evaluate(() => document.documentElement.scrollWidth), 1280);
    await shop.call("release");
    await eventually("the other buyer's list again", status, "available");
  });

  claim("its queue is counted for everybody, and in full for the house", async (stage) => {
    const event = "onsale";
    const shop = await Shop.at(await stage.window({ viewport: { width: 360, height: 740 } }), `${STACK.base}/seat-reservation-demo.html?screening=${event}`);
    stage.shops.push(shop);
    const { page } = shop;
    const names = () => page.locator("#queue dt").allTextContents();
    await eventually("what everybody may know", names, ["Seats unsold", "Waiting", "Let in a minute"]);
    const show = async (own: string) => {
      await page.getByLabel("Admin token").fill(own);
      await page.getByRole("button", { name: "Show statistics" }).click();
    };
    await show(buyer("ann").token);
    await eventually("a buyer is refused", () => page.locator("#answer").textContent(), "Not shown: This needs the role admin.");
    await show(token("the-house", { roles: ["admin"], seconds: 5 }));
    await eventually("all of it", async () => (await names()).slice(0, 3), ["Seats unsold", "Waiting", "Choosing now"]);
    assert.equal(await page.locator("#answer").textContent(), "");
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
    await eventually("the token has run out", async () => (await page.locator("#answer").textContent())!.startsWith("Not shown: "), true);
    await eventually("what everybody may know goes on", names, ["Seats unsold", "Waiting", "Let in a minute"]);
  });
});

describe("the page that sells one hundred seats", () => {
  test("its class is the printed one, word for word", async () => {
    const printed = await read("../../../tests/acceptance/booking_api.ts");
    assert.ok((await read("../../pages/booking-api.ts")).includes(printed));
  });

  claim("it books a seat once for each visitor, and the count follows all who book", async (stage) => {
    const shop = await hundred(stage);
    const free = await count(shop.page);
    const other = await hundred(stage);
    await book(shop, "Booking Successful");
    await eventually("the count of the other page", () => count(other.page), free - 1);
    await eventually("its own count", () => count(shop.page), free - 1);
    await book(shop, "Already Booked");
    await book(other, "Booking Successful");
    await eventually("both", () => count(shop.page), free - 2);
    assert.ok((await other.page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  });

  claim("it says that it is sold out", async (stage) => {
    const shop = await hundred(stage);
    const all = Array.from({ length: 100 }, (_, n) => `S${String(n + 1).padStart(3, "0")}`);
    const holders = [buyer("one"), buyer("two")];
    stage.atEnd(async () => void (await Promise.all(holders.map((each) => each.release("hundred")))));
    await Promise.all(holders.map((each, n) => each.hold("hundred", all.slice(n * 50, n * 50 + 50))));
    await eventually("none is left", () => count(shop.page), 0);
    await book(shop, "Sold Out");
  });
});

/** The page at the width of a phone; what its visitor books is cancelled in the end. */
async function hundred(stage: Stage): Promise<Shop> {
  const shop = await Shop.at(await stage.window({ viewport: { width: 360, height: 740 } }), `${STACK.base}/hundred.html`);
  stage.shops.push(shop);
  await eventually("a count", async () => (await count(shop.page)) >= 0, true);
  stage.atEnd(async () => {
    const own = await shop.page.evaluate(() => sessionStorage.getItem("holdfast-token")!);
    const answer = await fetch(`${STACK.base}/bookings/${subject(own)}`, { headers: { authorization: `Bearer ${own}` } });
    const { data } = (await answer.json()) as { data: { bookings: { bookingId: string }[] } };
    for (const { bookingId } of data.bookings) await house().ask("POST", `/bookings/${bookingId}/cancel`, {});
  });
  return shop;
}

/** NaN until the first count has come. */
async function count(page: Page): Promise<number> {
  return Number.parseInt((await page.locator("#count").textContent())!);
}

async function book({ page }: Shop, answer: string): Promise<void> {
  await page.getByRole("button", { name: "Book a seat" }).click();
  await eventually("the answer", () => page.getByRole("status").filter({ hasText: answer }).count(), 1);
}
