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
    const sorry = shop.page.getByRole("alert").filter({ hasText: "no longer held for you. Nothing was charged; please choose again" });
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
    const order = JSON.stringify({ holdId, contact: { name: "Bob", email: "bob@example.org" }, card: GOOD });
    const pay = (headers: Record<string, string>) => fetch(`${shop.address}pay`, { method: "POST", headers, body: order });
    const answers = [await pay({ "content-type": "application/json" }), await pay({ "content-type": "text/plain" })];
    assert.deepEqual(answers.map(({ status }) => status), [409, 415]);
    assert.deepEqual([await shop.held(), await bookings(event)], [["A5"], []]);
  });
});
