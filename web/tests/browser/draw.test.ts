/**
 * The draw as a buyer meets it. What the engine says of line, place and entrants is said here in its stead, out of a draw that
 * the tests make with Node's own hashes.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe } from "node:test";
import type { BrowserContext, BrowserContextOptions } from "playwright-core";
import type { DrawPage, LineDraw, PlaceInLine } from "../../src/client/types.js";
import { before, crowd, drawn, type Drawn } from "../../src/draw/testing.js";
import { audit } from "./audit.js";
import { eventually } from "./eventually.js";
import { front } from "./front.js";
import { theatre } from "./layouts.js";
import { STRICT } from "./policy.js";
import type { Shop, ShopOptions } from "./shop.js";
import { buyer, putOnSale, type Person } from "./stack.js";
import { claim, CONCURRENCY, SCREENSHOTS, type Stage } from "./stage.js";

const MINUTE_MS = 60_000;
/** What is scrolled away axe cannot judge. */
const TALL = { viewport: { width: 1280, height: 3000 } };
const STYLES = "seat-map { --holdfast-map-height: 1500px }";
const INSECURE = "http://shop.example";

const UNDRAWN: PlaceInLine = {
  status: "early", priority: "default", number: null, ahead: null, estimatedWaitSeconds: null, seatsLeft: 4_980, likely: true, pollAfterSeconds: 1,
};

/** What the engine says, to be changed while a page looks. */
interface Engine {
  opensAt: string;
  draw: LineDraw;
  place: PlaceInLine;
  page: DrawPage;
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
const numbered = ({ number, inclusion }: Drawn): PlaceInLine =>
  ({ ...UNDRAWN, status: "waiting", number, ahead: number - 1, estimatedWaitSeconds: number, inclusion });

/** Before the room opens, with the lot that will be drawn. */
function world(ann: Person, entrants: number, isBeacon = true): { lot: Drawn; engine: Engine } {
  const lot = drawn(crowd(entrants, ann.sub), { isBeacon });
  return { lot, engine: { opensAt: inMinutes(12), draw: before(lot).early, place: UNDRAWN, page: lot.page } };
}

function afterIt(engine: Engine, lot: Drawn, changes: Partial<Engine> = {}): void {
  Object.assign(engine, { opensAt: inMinutes(-2), draw: lot.draw, place: numbered(lot), ...changes });
}

/** Answers for the engine in this window. */
async function speak(window: BrowserContext, event: string, engine: Engine): Promise<void> {
  const answer = (data: unknown) => ({ json: { success: true, message: "OK", data } });
  const line = { mode: "on", open: false, waiting: 0, admitPerMinute: 60, seatsLeft: 4_980, byPriority: {} };
  const path = `**/seat-booking/queue/${event}`;
  await window.route(path, (route) => route.fulfill(answer(engine.place)));
  await window.route(`${path}/line`, (route) => route.fulfill(answer({ ...line, opensAt: engine.opensAt, draw: engine.draw })));
  await window.route(`${path}/draw/0`, (route) => route.fulfill(answer(engine.page)));
  await window.routeWebSocket(/\/ws/, (near) => {
    const far = near.connectToServer();
    near.onMessage((message) => {
      const { action, requestId, eventId } = JSON.parse(String(message)) as Record<string, string>;
      if (action!.startsWith("queue:")) near.send(JSON.stringify({ type: "queue:place", eventId, requestId, data: engine.place }));
      else far.send(message);
    });
  });
}

interface Scene extends ShopOptions {
  window?: BrowserContextOptions;
  entrants?: number;
  isBeacon?: boolean;
  /** What the engine says from the start; else as before the room opens. */
  begin?: (engine: Engine, lot: Drawn) => void;
}

async function enter(stage: Stage, { window: options = {}, entrants = 5_000, isBeacon = true, begin, ...page }: Scene = {}) {
  const [ann, event, window] = [buyer("ann"), await putOnSale(theatre()), await stage.window(options)];
  const { lot, engine } = world(ann, entrants, isBeacon);
  begin?.(engine, lot);
  await speak(window, event, engine);
  return { shop: await stage.shop({ event, buyer: ann, window, ...page }), window, lot, engine };
}

const panel = (shop: Shop) => shop.page.locator("seat-map .waiting");
const text = async (shop: Shop) => (await panel(shop).allInnerTexts()).join(" ");
const says = (shop: Shop, what: RegExp) => eventually(`the panel says ${what}`, async () => what.test(await text(shop)), true);
const speaks = (shop: Shop, what: RegExp) => eventually(`it is said: ${what}`, async () => what.test(await shop.said()), true);
const findings = (shop: Shop) => panel(shop).locator("li").evaluateAll((all) => all.map((each) => each.getAttribute("data-outcome")));

async function look(shop: Shop): Promise<void> {
  await panel(shop).locator(".draw summary").click();
}

async function check(shop: Shop, name = "Check my place"): Promise<void> {
  await look(shop);
  await panel(shop).getByRole("button", { name }).click();
  await panel(shop).locator(".verdict").waitFor();
}

describe("the draw", { concurrency: CONCURRENCY }, () => {
  claim("a buyer sees the draw coming, being made, waiting for its beacon, drawn, and checks it, on the strictest page", async (stage) => {
    const { shop, lot, engine } = await enter(stage, { headers: { "content-security-policy": STRICT } });
    await says(shop, /You take part in the draw.*opens at \d+:\d\d.*drawn by lot.*round 29043667 of the drand network.*Taking part so far: 5,000\./s);
    await speaks(shop, /You take part in the draw\. The room opens at .* drawn by lot/);
    engine.draw = { ...engine.draw, entrants: 5_001 };
    await says(shop, /so far: 5,001\./);
    engine.opensAt = inMinutes(-1);
    await says(shop, /The lot is being drawn.*In a few seconds/s);
    await speaks(shop, /The lot is being drawn/);
    engine.draw = before(lot).missing;
    await says(shop, /waits for public randomness.*never without it/s);
    await speaks(shop, /waits for public randomness/);
    afterIt(engine, lot);
    await says(shop, new RegExp(`Your place by lot: ${lot.number.toLocaleString("en")} of 5,000\\. Expected wait`));
    await speaks(shop, /Your place by lot/);
    await check(shop);
    assert.deepEqual(await findings(shop), ["right", "right", "right", "right", "right", "right"]);
    await speaks(shop, /All that was checked fits\. Whether the network itself signed round 29043667 was not checked here/);
    assert.doesNotMatch(await text(shop), /null|NaN|undefined/);
    assert.deepEqual((await shop.heard("waiting")).filter(({ number }) => number === null).map(({ ahead }) => ahead)[0], null);
  });

  claim("all figures are there in full for whoever copies them", async (stage) => {
    const { shop, lot } = await enter(stage, { begin: (engine, made) => afterIt(engine, made) });
    await says(shop, /Your place by lot/);
    await look(shop);
    const figures = await panel(shop).locator("code").allInnerTexts();
    const { commitment, entrantsRoot, seed, beacon } = lot.draw;
    assert.deepEqual(figures, [commitment, entrantsRoot!["default"], seed, beacon!.chain, beacon!.randomness]);
    const first = panel(shop).locator("code").first();
    const selected = () => shop.page.evaluate(() => String(getSelection()));
    await first.click();
    assert.equal((await selected()).trim(), commitment);
    const isCut = () => first.evaluate((code) => code.scrollWidth > code.clientWidth);
    assert.equal(await isCut(), false, "whole while it has the focus");
  });

  claim("a path that does not lead to the root is called wrong, with what to do", async (stage) => {
    const begin = (engine: Engine, lot: Drawn) => {
      const place = numbered(lot);
      afterIt(engine, lot, { place: { ...place, inclusion: { ...place.inclusion!, path: place.inclusion!.path.toReversed() } } });
    };
    const { shop } = await enter(stage, { begin, isBeacon: false });
    await says(shop, /Your place by lot/);
    await check(shop);
    assert.deepEqual(await findings(shop), ["right", "wrong", "right", "right"]);
    await says(shop, /The proof that you were counted does not fit\..*keep them, and ask the organiser/s);
    await speaks(shop, /The proof that you were counted does not fit\./);
  });

  claim("a number that the lot does not give is called wrong", async (stage) => {
    const begin = (engine: Engine, lot: Drawn) => afterIt(engine, lot, { place: { ...numbered(lot), number: lot.number + 3 } });
    const { shop } = await enter(stage, { begin });
    await says(shop, /Your place by lot/);
    await check(shop);
    assert.deepEqual(await findings(shop), ["right", "right", "right", "right", "wrong"]);
    await says(shop, /Your number is not where the lot puts you\./);
  });

  claim("whoever comes after the draw is told so", async (stage) => {
    const begin = (engine: Engine, lot: Drawn) => {
      const { inclusion: _, ...late } = numbered(lot);
      afterIt(engine, lot, { place: { ...late, number: 5_001, ahead: 5_000 } });
    };
    const { shop } = await enter(stage, { begin });
    await says(shop, /5,000\s+people ahead of you.*Your number is 5,001/s);
    await says(shop, /drawn among those who came before/);
  });

  claim("over plain HTTP it says that the place cannot be checked there", async (stage) => {
    const [ann, event, window, { base }] = [buyer("ann"), await putOnSale(theatre()), await stage.window(), await front()];
    const { lot, engine } = world(ann, 20);
    afterIt(engine, lot);
    await window.route(`${INSECURE}/**`, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(INSECURE, base) }) }));
    await speak(window, event, engine);
    const home = await stage.shop({ event, buyer: ann, window });
    await home.page.goto(home.address.replace(base, INSECURE));
    await says(home, /Your place by lot/);
    await look(home);
    await says(home, /only on a page that came over HTTPS/);
    assert.equal(await panel(home).getByRole("button", { name: "Check my place" }).count(), 0);
  });

  claim("where the draw's module does not come the place is told without it, and with it as soon as it comes", async (stage) => {
    const [ann, event, window] = [buyer("ann"), await putOnSale(theatre()), await stage.window()];
    const { engine } = world(ann, 20);
    await speak(window, event, engine);
    await window.route(/\/draw-\w+\.js$/, (route) => route.abort());
    const shop = await stage.shop({ event, buyer: ann, window });
    await says(shop, /Your place is kept.*opens at/s);
    assert.doesNotMatch(await text(shop), /null|NaN|undefined/);
    await window.unroute(/\/draw-\w+\.js$/);
    await says(shop, /You take part in the draw/);
  });

  for (const [language, early, place, name, verdict] of [
    ["de", /Sie nehmen an der Verlosung teil.*ausgelost.*Bisher nehmen teil: 5\.000\./s, /Ihr Platz durch das Los: [\d.]+ von 5\.000\./, "Meinen Platz nachprüfen", /Alles, was geprüft wurde, stimmt.*nicht geprüft/s],
    ["ar", /أنت مشارك في القرعة/, /مكانك بالقرعة/, "التحقق من مكاني", /كل ما جرى التحقق منه متطابق/],
  ] as const) {
    claim(`in ${language} the draw says all that it says, and is checked`, async (stage) => {
      const { shop, lot, engine } = await enter(stage, { attributes: { lang: language } });
      await says(shop, early);
      afterIt(engine, lot);
      await says(shop, place);
      await check(shop, name);
      await says(shop, verdict);
      assert.equal(await panel(shop).locator("code").first().evaluate((code) => getComputedStyle(code).direction), "ltr");
      assert.equal(await panel(shop).evaluate((each) => getComputedStyle(each).direction), language === "ar" ? "rtl" : "ltr");
    });
  }

  for (const [name, window, isOver] of [["before it", TALL, false], ["after it", TALL, true], ["after it, in the dark", { ...TALL, colorScheme: "dark" as const }, true]] as const) {
    claim(`axe finds nothing wrong with the draw ${name}`, async (stage) => {
      const { shop } = await enter(stage, { window, styles: STYLES, begin: (engine, lot) => isOver && afterIt(engine, lot) });
      await says(shop, isOver ? /Your place by lot/ : /You take part/);
      await (isOver ? check(shop) : look(shop));
      assert.deepEqual(await audit(shop), []);
    });
  }

  claim("the draw can be looked at in pictures", async (stage) => {
    await mkdir(SCREENSHOTS, { recursive: true });
    const phone = { viewport: { width: 360, height: 1_200 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
    const wide = { viewport: { width: 1100, height: 1_000 } };
    const wrong = (engine: Engine, lot: Drawn) => afterIt(engine, lot, { place: { ...numbered(lot), number: lot.number + 3 } });
    const shots: [string, Scene, boolean][] = [
      ["draw-early", { window: wide }, false],
      ["draw-early-phone", { window: phone }, false],
      ["draw-drawn", { window: wide, begin: afterIt }, true],
      ["draw-drawn-dark", { window: { ...wide, colorScheme: "dark" }, begin: wrong }, true],
      ["draw-drawn-phone", { window: phone, begin: afterIt }, true],
      ["draw-drawn-arabic", { window: phone, begin: afterIt, attributes: { lang: "ar" } }, true],
    ];
    for (const [name, scene, isOver] of shots) {
      const { shop } = await enter(stage, scene);
      await panel(shop).locator(".draw").waitFor();
      await look(shop);
      if (isOver) await panel(shop).locator(".draw button").click();
      if (isOver) await panel(shop).locator(".verdict").waitFor();
      await shop.page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
    }
  }, 2 * MINUTE_MS);
});
