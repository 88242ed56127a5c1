/** The demo shop: a server of its own on an origin of its own, which takes the payment and confirms as admin. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.js";
import { theatre } from "./layouts.js";
import { Shop } from "./shop.js";
import { house, putOnSale, STACK } from "./stack.js";
import { claim, CONCURRENCY, type Stage } from "./stage.js";

const SERVER = fileURLToPath(new URL("../../shop/server.mjs", import.meta.url));
const [GOOD, DECLINED] = ["4242 4242 4242 4242", "4000 0000 0000 0002"];

/** Starts a shop that sells this event, until the test is over; its address. */
async function open(stage: Stage, event: string): Promise<string> {
  const env = { ...process.env, PORT: "0", EVENT: event, HOLDFAST_URL: STACK.base, HOLDFAST_JWT_SECRET: STACK.secret };
  const server = spawn(process.execPath, [SERVER], { env, stdio: ["ignore", "pipe", "inherit"] });
  stage.atEnd(async () => {
    if (server.kill()) await once(server, "exit");
  });
  const [line] = (await once(createInterface(server.stdout), "line")) as [string];
  return line.replace("The shop is at ", "");
}

const newEvent = () => putOnSale(theatre(), { name: "Première <b>", rules: { confirmBy: "admin" } });

async function visit(stage: Stage, event: string): Promise<Shop> {
  const shop = await Shop.at(await stage.window(), await open(stage, event));
  stage.shops.push(shop);
  await shop.ready();
  await shop.openSection("Stalls");
  return shop;
}

/** Chooses seats and opens the shop's form. */
async function choose(shop: Shop, seats: string[]): Promise<void> {
  for (const seat of seats) {
    await shop.seat(seat).click();
    await shop.showsAsMine(seat);
  }
  await shop.part("basket").getByRole("button", { name: "Continue" }).click();
  await shop.page.getByLabel("Name").fill("Ann Lee");
  await shop.page.getByLabel("E-mail").fill("ann@example.org");
}

/** A visitor who has chosen these seats, with a good card typed into the shop's form. */
async function readyToPay(stage: Stage, seats: string[]): Promise<{ event: string; shop: Shop }> {
  const event = await newEvent();
  const shop = await visit(stage, event);
  await choose(shop, seats);
  await shop.page.getByLabel("Card number").fill(GOOD!);
  return { event, shop };
}

const bookings = async (event: string) => (await house().ask("GET", `/admin/events/${event}/bookings`)).bookings;

describe("a shop with a server", { concurrency: CONCURRENCY }, () => {
  claim("takes the payment and books for its buyer: not by a declined card, and once for two clicks", async (stage) => {
    const event = await newEvent();
    const shop = await visit(stage, event);
    const { page } = shop;
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Première <b>");
    await choose(shop, ["A1", "B2"]);
    const button = page.getByRole("button", { name: "Pay $225.00" });

    await page.getByLabel("Card number").fill(DECLINED!);
    await button.click();
    await eventually("it is declined", () => page.getByRole("alert").filter({ hasText: "declined" }).count(), 1);
    assert.deepEqual([await shop.held(), await bookings(event)], [["A1", "B2"], []]);

    await page.getByLabel("Card number").fill(GOOD!);
    await button.dblclick();
    const thanks = page.getByRole("dialog", { name: "Enjoy the evening!" });
    await thanks.waitFor();
    const [booking, ...others] = await bookings(event);
    assert.deepEqual(others, []);
    assert.equal(await thanks.locator("#booking").textContent(), booking.bookingId);
    assert.equal(await thanks.locator("#booked-sum").textContent(), "$225.00");
    assert.deepEqual([booking.totalAmount, booking.contactInfo], [225, { name: "Ann Lee", email: "ann@example.org" }]);
    assert.deepEqual([booking.paymentInfo.gateway, booking.paymentInfo.status], ["demo-shop", "paid"]);
    assert.deepEqual(booking.seats.map(({ seatId }: { seatId: string }) => seatId).sort(), ["A1", "B2"]);

    await thanks.getByRole("button", { name: "Done" }).click();
    for (const seat of ["A1", "B2"]) {
      await eventually(`${seat} is bought`, () => shop.seat(seat).getAttribute("data-own"), "bought");
    }
    assert.deepEqual(await shop.held(), []);
  });

  claim("is the only one to confirm: its buyer's own confirm is refused, and its token is no admin's", async (stage) => {
    const event = await newEvent();
    const shop = await visit(stage, event);
    await shop.call("hold", ["A3"]);
    await assert.rejects(shop.call("confirm", { paymentInfo: { transactionId: "mine" } }), { code: "forbidden" });
    const token = await shop.page.evaluate(async () => (await fetch("/token")).text());
    const asAdmin = await fetch(`${STACK.base}/seat-booking/admin/events`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(asAdmin.status, 403);
    assert.deepEqual([await shop.held(), await bookings(event)], [["A3"], []]);
  });

  claim("charges nothing for seats that are given up, and says what to do", async (stage) => {
    const event = await newEvent();
    const shop = await visit(stage, event);
    await choose(shop, ["A4"]);
    await shop.page.getByLabel("Card number").fill(GOOD!);
    await shop.call("release");
    await shop.page.getByRole("button", { name: "Pay $150.00" }).click();
    const sorry = shop.page.getByRole("alert").filter({
      hasText: "no longer held for you. Where the map shows them as yours they are booked",
    });
    await eventually("it says so", () => sorry.count(), 1);
    assert.deepEqual(await bookings(event), []);
  });

  claim("knows its buyers by a cookie that scripts cannot read: another one pays for nobody else's seats", async (stage) => {
    const event = await newEvent();
    const shop = await visit(stage, event);
    await shop.call("hold", ["A5"]);
    const { holdId } = await shop.selection();
    const [cookie] = await shop.page.context().cookies(shop.address);
    assert.deepEqual([cookie!.httpOnly, cookie!.sameSite, await shop.page.evaluate(() => document.cookie)], [true, "Lax", ""]);
    const contact = { name: "Bob", email: "bob@example.org" };
    const body = JSON.stringify({ holdId, total: 150, currency: "USD", contact, card: GOOD });
    const pay = async (headers: Record<string, string>) => {
      const answer = await fetch(`${shop.address}pay`, { method: "POST", headers, body });
      return [answer.status, (await answer.json()).code];
    };
    const bobs = `demo_shop_session=${"b".repeat(32)}`;
    assert.deepEqual(await pay({ "content-type": "application/json", cookie: bobs }), [409, "not_held"]);
    assert.deepEqual(await pay({ "content-type": "application/json" }), [400, "no_cookie"]);
    assert.deepEqual(await pay({ "content-type": "text/plain", cookie: bobs }), [415, "invalid_data"]);
    const again = await fetch(`${shop.address}token`, { method: "HEAD", headers: { cookie: bobs } });
    assert.ok(again.headers.get("set-cookie")!.startsWith(`${bobs};`), "it is renewed with each visit");
    assert.deepEqual([await shop.held(), await bookings(event)], [["A5"], []]);
  });

  claim("charges nothing but the sum that was seen, and gives more time where one pays", async (stage) => {
    const { event, shop } = await readyToPay(stage, ["A6"]);
    const { page } = shop;
    const { expiresAt } = await shop.selection();
    assert.match((await page.locator("#time").textContent())!, /^Your seats are held until \d+:\d\d [AP]M\.$/);
    await page.evaluate(() => document.querySelector("seat-map")!.dispatchEvent(new CustomEvent("hold-expiring")));
    assert.match((await page.locator("#time").textContent())!, /^The time is nearly over\. Your seats are held until/);
    await page.locator("#more").click();
    await eventually("the hold is longer", async () => (await shop.selection()).expiresAt! > expiresAt!, true);

    await shop.call("hold", ["B6"]);
    await page.getByRole("button", { name: "Pay $150.00" }).click();
    const sentence = "Your seats have changed: the total is now $225.00. Please look again.";
    const changed = page.getByRole("alert").filter({ hasText: sentence });
    await eventually("it says so", () => changed.count(), 1);
    assert.deepEqual([await page.locator("#seats").textContent(), await bookings(event)], ["A6, B6", []]);
    await page.getByRole("button", { name: "Pay $225.00" }).click();
    await page.getByRole("dialog", { name: "Enjoy the evening!" }).waitFor();
    assert.equal((await bookings(event)).length, 1);
  });

  claim("keeps saying that the card is charged after the time is up, and finds the booking by paying again", async (stage) => {
    const { event, shop } = await readyToPay(stage, ["A7"]);
    const { page } = shop;
    await page.route("**/pay", async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await page.getByRole("button", { name: "Pay $150.00" }).click();
    const said = () => page.locator("#sorry").textContent();
    await eventually("nobody knows", said, "The shop was not reached. Press Pay again: you will not pay twice.");
    await page.evaluate(() => document.querySelector("seat-map")!.dispatchEvent(new CustomEvent("hold-expired", { detail: {} })));
    assert.match((await said())!, /Press Pay again/);
    await page.getByRole("button", { name: "Pay $150.00" }).click();
    await page.getByRole("dialog", { name: "Enjoy the evening!" }).waitFor();
    assert.equal((await bookings(event)).length, 1);
  });

  claim("answers HEAD as GET, says which methods a path has, and speaks to people where it sells nothing", async (stage) => {
    const address = await open(stage, await newEvent());
    const ask = async (path: string, method: string) => {
      const answer = await fetch(address + path, { method });
      return [answer.status, answer.headers.get("allow"), method === "HEAD" && (await answer.text())];
    };
    assert.deepEqual(await ask("", "HEAD"), [200, null, ""]);
    assert.deepEqual(await ask("seat-map/seat-map.js", "HEAD"), [200, null, ""]);
    assert.deepEqual(await ask("seat-map/seat-map.js", "POST"), [405, "GET, HEAD", false]);
    assert.deepEqual(await ask("pay", "GET"), [405, "POST", false]);
    const unknown = await fetch(await open(stage, "no-such-event"));
    assert.deepEqual([unknown.status, unknown.headers.get("content-type")], [404, "text/html; charset=utf-8"]);
    assert.match(await unknown.text(), /<p>There is no event “no-such-event”\.<\/p>/);
  });
});
