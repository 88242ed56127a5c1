/** An event's waiting room as a buyer goes through it. Its times are real, so that rooms here are quick ones. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import { eventually, pause } from "./eventually.js";
import { theatre } from "./layouts.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale, token } from "./stack.js";
import { claim, CONCURRENCY, SCREENSHOTS, type Stage } from "./stage.js";

const PATIENCE_MS = 45_000;
const TIMEOUT_MS = 120_000;
/** One buyer inside at a time, and not for long. */
const NARROW = { mode: "on", admitPerMinute: 600, maxActive: 1, passMinutes: 0.2 };

/** Nobody looks at the page until `look` is called, and what sounds is counted. */
const UNSEEN = `
  globalThis.tones = 0;
  const { createOscillator } = AudioContext.prototype;
  AudioContext.prototype.createOscillator = function () { tones += 1; return createOscillator.call(this); };
  document.hasFocus = () => globalThis.isSeen === true;
  globalThis.look = () => { globalThis.isSeen = true; dispatchEvent(new Event("focus")); };`;

const panel = (shop: Shop) => shop.page.locator("seat-map .waiting");
const text = async (shop: Shop) => (await panel(shop).allInnerTexts()).join(" ");
const says = (shop: Shop, what: RegExp) => eventually(`the panel says ${what}`, async () => what.test(await text(shop)), true, PATIENCE_MS);
const loud = (shop: Shop) => shop.page.getByLabel("Play a sound when it is my turn");
const tones = (shop: Shop) => shop.page.evaluate("tones");
/** What interrupts a screen reader. */
const called = (shop: Shop) => shop.page.locator("seat-map .unseen[role=alert]").innerText();

async function inLine(event: string, ...names: string[]): Promise<void> {
  for (const name of names) await buyer(name).ask("POST", `/queue/${event}`);
}

const number = async (shop: Shop) => /Your number is (\d+)/.exec(await text(shop))?.[1];

async function progress(shop: Shop): Promise<{ value: number; max: number }> {
  return panel(shop).getByRole("progressbar").evaluate((bar: HTMLProgressElement) => ({ value: bar.value, max: bar.max }));
}

async function leave(shop: Shop): Promise<void> {
  await panel(shop).getByText("Leave the line").click();
  await panel(shop).getByRole("button", { name: "Leave now" }).click();
}

async function photograph(stage: Stage, event: string, name: string, options: BrowserContextOptions): Promise<void> {
  const shop = await stage.shop({ event, buyer: buyer("ann"), window: await stage.window(options) });
  await says(shop, /people ahead of you/);
  await eventually("the line moves", async () => (await progress(shop)).value > 2, true, PATIENCE_MS);
  await mkdir(SCREENSHOTS, { recursive: true });
  await shop.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}

describe("the waiting room", { concurrency: CONCURRENCY }, () => {
  claim("who comes early gets the number that the engine drew, and all that it says of the lot is right", async (stage) => {
    const opensAt = new Date(Date.now() + 20_000).toISOString();
    const event = await putOnSale(theatre(), { waitingRoom: { mode: "on", admitPerMinute: 6, opensAt, draw: true } });
    // Before the page is there, which on a busy machine may take longer than the room stays shut.
    const ann = buyer("ann");
    await ann.ask("POST", `/queue/${event}`);
    await inLine(event, ...Array.from({ length: 29 }, (_, n) => `early-${n}`));
    const shop = await stage.shop({ event, buyer: ann });
    await says(shop, /Your place by lot: \d+ of 30\.|It is your turn/);
    await panel(shop).locator(".draw summary").click();
    await panel(shop).getByRole("button", { name: "Check my place" }).click();
    await eventually("it is checked", () => panel(shop).locator(".verdict").count(), 1);
    const outcomes = await panel(shop).locator("li").evaluateAll((all) => all.map((each) => each.getAttribute("data-outcome")));
    assert.ok(outcomes.length >= 4 && outcomes.every((outcome) => outcome === "right"), String(outcomes));
    const { number } = await ann.ask("GET", `/queue/${event}`);
    await says(shop, new RegExp(`\\b${number}\\b`));
  }, TIMEOUT_MS);

  claim("a purchase goes through the line: the turn is seen, heard and taken", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: { ...NARROW, passMinutes: 5 } });
    const first = await stage.visitor(event);
    await says(first.shop, /It is your turn/);
    const { shop } = await stage.visitor(event, { script: UNSEEN });
    await says(shop, /You are next/);
    await loud(shop).check();
    const heardAtTheToggle = await tones(shop);
    assert.equal(heardAtTheToggle, 2, "what it will sound like");
    await shop.openSection("Stalls");
    await shop.seat("A1").click();
    await eventually("why it is not held", async () => /not your turn yet/.test(await shop.said()), true);
    await first.shop.call("hold", ["A1"]);
    await first.shop.call("confirm", { contactInfo: { email: "first@shop.example" } });
    await says(shop, /It is your turn.*Choose your seats until/s);
    await eventually("said at once", async () => /^It is your turn/.test(await called(shop)), true);
    assert.equal(await shop.page.title(), "Your turn! – A shop");
    assert.equal(await tones(shop), 4);
    await shop.page.evaluate("look()");
    assert.equal(await shop.page.title(), "A shop");
    await shop.call("hold", ["A2"]);
    await shop.call("confirm", { contactInfo: { email: "ann@shop.example" } });
    assert.equal((await shop.heard("booked"))[0].seats[0].seatId, "A2");
  }, TIMEOUT_MS);

  claim("a refresh keeps number, progress and the wish to hear the turn", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: NARROW });
    await inLine(event, "bob", "cleo", "dan");
    const { shop } = await stage.visitor(event);
    await says(shop, /people ahead of you/);
    await loud(shop).check();
    const [before, { max }] = [await number(shop), await progress(shop)];
    assert.equal(before, "4");
    await eventually("the line moves", async () => (await progress(shop)).value > 0, true, PATIENCE_MS);
    await shop.page.reload();
    await shop.ready();
    await says(shop, /ahead of you|next/);
    assert.deepEqual([await number(shop), (await progress(shop)).max, await loud(shop).isChecked()], ["4", max, true]);
    assert.ok((await progress(shop)).value > 0, "the way that is done already");
  }, TIMEOUT_MS);

  claim("a token that runs out in the line is asked for again, as often as it takes", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: NARROW });
    await inLine(event, "bob");
    const [ann, window] = [buyer("ann"), await stage.window()];
    let asked = 0;
    await window.exposeFunction("freshToken", () => {
      asked += 1;
      return token(ann.sub, { seconds: 5 });
    });
    const script = `document.querySelector("seat-map").tokenProvider = () => freshToken();`;
    const shop = await stage.shop({ event, window, script });
    await says(shop, /You are next/);
    const before = asked;
    await says(shop, /It is your turn/);
    assert.ok(asked > before, `asked ${asked} times`);
    await shop.call("hold", ["A1"]);
    assert.deepEqual(await ann.held(event), ["A1"]);
    assert.deepEqual(await shop.heard("failed"), []);
  }, TIMEOUT_MS);

  claim("where there is no other token the buyer is asked to sign in, once, and has the same place then", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: { ...NARROW, passMinutes: 0.5 } });
    await inLine(event, "bob", "cleo");
    const ann = buyer("ann");
    const shop = await stage.shop({ event, attributes: { token: token(ann.sub, { seconds: 5 }) } });
    await says(shop, /Your number is/);
    const before = await number(shop);
    let looks = 0;
    await says(shop, /Sign in again/);
    shop.page.on("request", (request) => (looks += Number(request.url().includes("/queue/"))));
    await pause(7_000);
    assert.deepEqual([looks, (await shop.heard("failed")).filter(({ code }) => code === "unauthorized").length], [0, 1]);
    await shop.setAttribute("token", ann.token);
    await says(shop, /Your number is/);
    assert.equal(await number(shop), before);
  }, TIMEOUT_MS);

  claim("before the room opens it says when, and counts down to it", async (stage) => {
    const opensAt = new Date(Date.now() + 9_000).toISOString();
    const event = await putOnSale(theatre(), { waitingRoom: { ...NARROW, opensAt } });
    const { shop } = await stage.visitor(event);
    await says(shop, /Your place is kept.*opens at \d+:\d\d.*, in 0:0\d/s);
    await eventually("it counts", async () => /in 0:0[1-4]/.test(await text(shop)), true);
    await says(shop, /It is your turn/);
    await shop.call("hold", ["A1"]);
  }, TIMEOUT_MS);

  claim("whoever leaves is asked before, and comes back at the end", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: { ...NARROW, passMinutes: 5 } });
    await inLine(event, "bob", "cleo");
    const { shop } = await stage.visitor(event);
    await says(shop, /(person|people) ahead of you/);
    assert.equal(await panel(shop).getByRole("button", { name: "Leave now" }).isVisible(), false, "not with one press");
    await inLine(event, "dan");
    await leave(shop);
    await says(shop, /You left the line/);
    await shop.page.reload();
    await shop.ready();
    await says(shop, /You left the line/);
    await panel(shop).getByRole("button", { name: "Take a place" }).click();
    await says(shop, /people ahead of you/);
    assert.equal(await number(shop), "5");
    assert.equal((await progress(shop)).value, 0, "a new place, a new way");
  }, TIMEOUT_MS);

  claim("a turn that is not taken is over, and a new place is there at a press", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: { ...NARROW, passMinutes: 0.1 } });
    const { shop } = await stage.visitor(event);
    await says(shop, /It is your turn.*less than a minute left/s);
    await says(shop, /Your turn is over/);
    await panel(shop).getByRole("button", { name: "Take a new place" }).click();
    await says(shop, /It is your turn/);
  }, TIMEOUT_MS);

  claim("the line can be looked at in pictures", async (stage) => {
    const event = await putOnSale(theatre(), { waitingRoom: { mode: "on", admitPerMinute: 20 } });
    await inLine(event, ...Array.from({ length: 58 }, (_, n) => `buyer${n}`));
    await Promise.all([
      photograph(stage, event, "waiting", {}),
      photograph(stage, event, "waiting-phone", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3 }),
    ]);
  }, TIMEOUT_MS);
});
