/** 360 pixels and a thumb. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import { eventually, pause } from "./eventually.js";
import { club, dots, hall, theatre } from "./layouts.js";
import { isSame, looksLike, picture } from "./picture.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale, type Person } from "./stack.js";
import { claim, CONCURRENCY, SCREENSHOTS, type Stage } from "./stage.js";

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3 };
/** Longer than two taps that would be one double tap. */
const APART_MS = 600;
/** Finger by finger, tests here take longer than others. */
const PATIENCE_MS = 20_000;
const TIMEOUT_MS = 120_000;

async function phone(stage: Stage, event: string): Promise<{ shop: Shop; ann: Person }> {
  const ann = buyer("ann");
  return { shop: await stage.shop({ event, buyer: ann, window: await stage.window(PHONE) }), ann };
}

const bar = (shop: Shop) => shop.page.locator("seat-map [role=dialog]");
const button = (shop: Shop, name: string) => bar(shop).getByRole("button", { name });
const isAsked = (shop: Shop, isIt = true) => eventually("the bar is there", () => bar(shop).isVisible(), isIt);

/** Of the map, from its left upper corner on, each from 0 to 1. */
async function tap(shop: Shop, across = 0.5, down = 0.5): Promise<void> {
  await pause(APART_MS);
  await shop.part("map").scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await shop.part("map").boundingBox())!;
  await shop.page.touchscreen.tap(x + across * width, y + down * height);
}

/** Both taps are under way before either is answered, however busy the machine is. */
async function tapTwice(shop: Shop): Promise<void> {
  await shop.part("map").scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await shop.part("map").boundingBox())!;
  const session = await shop.page.context().newCDPSession(shop.page);
  const touch = (type: "touchStart" | "touchEnd") =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: x + width / 2, y: y + height / 2 }] });
  await Promise.all([touch("touchStart"), touch("touchEnd"), touch("touchStart"), touch("touchEnd")]);
}

async function fits(shop: Shop, state: string): Promise<void> {
  const wide = await shop.page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const inner = [...document.querySelector("seat-map")!.shadowRoot!.querySelectorAll(".whole, .stage, .strip, .basket, .notices, [part~=list]")];
    return [scrollWidth - clientWidth, ...inner.map((part) => part.scrollWidth - part.clientWidth)].filter((more) => more > 1);
  });
  assert.deepEqual(wide, [], `nothing is wider than the screen ${state}`);
}

/** What a finger has to hit and is smaller than a fingertip. */
function small(shop: Shop): Promise<string[]> {
  return shop.page.locator("seat-map").evaluate((map) => {
    const all = [...map.shadowRoot!.querySelectorAll<HTMLElement>("button, input, select, summary")].filter((each) => each.checkVisibility());
    const size = (each: HTMLElement) => (each.closest("label") ?? each).getBoundingClientRect();
    return all.filter((each) => Math.min(size(each).width, size(each).height) < 43.5).map((each) => each.outerHTML.slice(0, 120));
  });
}

describe("a phone", { concurrency: CONCURRENCY }, () => {
  claim("a tap on a seat asks before it holds, and says what the seat is and costs", async (stage) => {
    const { shop, ann } = await phone(stage, await putOnSale(dots(false)));
    const event = (await shop.page.locator("seat-map").getAttribute("event-id"))!;
    const before = await picture(shop);
    await tap(shop);
    await isAsked(shop);
    assert.match(await bar(shop).innerText(), /Field, row A, seat 1.*Standard, \$75\.00/s);
    assert.ok(!isSame(await picture(shop), before), "marked in the picture");
    assert.deepEqual(await ann.held(event), [], "nothing is held yet");
    const focused = () => shop.page.evaluate(() => document.querySelector("seat-map")!.shadowRoot!.activeElement?.textContent);
    assert.equal(await focused(), "Hold this seat");
    await button(shop, "Hold this seat").tap();
    await eventually("held", () => ann.held(event), ["middle"]);
    assert.equal(await bar(shop).count(), 0);
  }, TIMEOUT_MS);

  claim("a tap beside it and the other button take the question back", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(dots(false)));
    const before = await picture(shop);
    await tap(shop);
    await button(shop, "Not this one").tap();
    await isAsked(shop, false);
    assert.ok(isSame(await picture(shop), before), "no mark is left");
    assert.equal(await shop.page.evaluate(() => document.querySelector("seat-map")!.shadowRoot!.activeElement?.localName), "canvas");
    await tap(shop);
    await isAsked(shop);
    await tap(shop, 0.1, 0.1);
    await isAsked(shop, false);
    await tap(shop);
    await isAsked(shop);
    await shop.page.keyboard.press("Escape");
    await isAsked(shop, false);
    assert.deepEqual(await shop.held(), []);
  }, TIMEOUT_MS);

  claim("the same seat tapped again is held, but not by a finger that trembles", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(dots(false)));
    await tapTwice(shop);
    await pause(APART_MS);
    assert.deepEqual([await bar(shop).isVisible(), await shop.held()], [true, []]);
    await tap(shop);
    await eventually("held", () => shop.held(), ["middle"]);
  }, TIMEOUT_MS);

  claim("a seat of one's own is given up after a question, or kept", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(dots(false)));
    await shop.call("hold", ["middle"]);
    await tap(shop);
    assert.match(await bar(shop).innerText(), /held by you/);
    await button(shop, "Keep it").tap();
    await isAsked(shop, false);
    assert.deepEqual(await shop.held(), ["middle"]);
    await tap(shop);
    await button(shop, "Give it up").tap();
    await eventually("given up", () => shop.held(), [], PATIENCE_MS);
  }, TIMEOUT_MS);

  claim("a seat that is lost while it is asked about says so, and cannot be held", async (stage) => {
    const event = await putOnSale(dots(false));
    const { shop } = await phone(stage, event);
    await tap(shop);
    await isAsked(shop);
    await buyer("bob").hold(event, ["middle"]);
    await eventually("why not", async () => /somebody else is holding it/.test(await bar(shop).innerText()), true);
    assert.equal(await button(shop, "Hold this seat").count(), 0);
    await button(shop, "Close").tap();
    await isAsked(shop, false);
  }, TIMEOUT_MS);

  claim("a seat held elsewhere meanwhile takes the question away", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(dots(false)));
    await tap(shop);
    await isAsked(shop);
    await shop.call("hold", ["middle"]);
    await isAsked(shop, false);
  }, TIMEOUT_MS);

  claim("a table is asked about as a whole, with the price of all its seats", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(club()));
    await shop.openSection("Table 2");
    await pause(APART_MS);
    await tap(shop);
    await isAsked(shop);
    assert.match(await bar(shop).innerText(), /Table 2, whole table, 4 seats, \$600\.00/);
    await button(shop, "Hold this table").tap();
    await eventually("held", async () => (await shop.held()).length, 4);
  }, TIMEOUT_MS);

  claim("the mouse, and the list under a finger, hold at once", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await phone(stage, event);
    await shop.openSection("Stalls");
    await shop.seat("A1").tap();
    await shop.showsAsMine("A1");
    assert.equal(await bar(shop).count(), 0);
    const one = await stage.visitor(await putOnSale(dots(false)));
    const { x, y, width, height } = (await one.shop.part("map").boundingBox())!;
    await one.shop.page.mouse.click(x + width / 2, y + height / 2);
    await eventually("held", () => one.shop.held(), ["middle"]);
  }, TIMEOUT_MS);

  claim("a venue too large for its seats begins with its sections; a tap enters one, and a button shows all again", async (stage) => {
    const { shop } = await phone(stage, "arena");
    const all = await picture(shop);
    await tap(shop, 0.46, 0.35);
    await eventually("a section from near", async () => isSame(await picture(shop), all), false);
    assert.equal(await bar(shop).count(), 0);
    await shop.page.locator("seat-map").getByRole("button", { name: "Show all" }).tap();
    await looksLike("all again", shop, all);
    assert.equal(await shop.part("list").locator('[aria-expanded="true"]').count(), 0, "the list begins closed");
  }, TIMEOUT_MS);

  for (const [name, layout] of [["theatre", theatre], ["hall", hall], ["club", club]] as const) {
    claim(`nothing of the ${name} is wider than the screen, or smaller than a fingertip`, async (stage) => {
      const { shop } = await phone(stage, await putOnSale(layout()));
      await fits(shop, "at first");
      await shop.opener(/./).first().tap();
      await fits(shop, "with an opened section");
      assert.deepEqual(await small(shop), []);
      await shop.call("holdBest", { quantity: 4 });
      await fits(shop, "with seats held");
      assert.deepEqual(await small(shop), []);
    }, TIMEOUT_MS);
  }

  claim("what is held stays in sight with its time and the way on, wherever one scrolls", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(theatre()));
    await shop.call("hold", ["A1", "A2"]);
    await shop.openSection("Stalls");
    for (const top of [0, 300, 100_000]) {
      await shop.page.evaluate((to) => scrollTo(0, to), top);
      await eventually(`in sight at ${top}`, async () => {
        const box = (await shop.part("basket").getByRole("button", { name: "Continue" }).boundingBox())!;
        return box.y >= 0 && box.y + box.height <= 740;
      }, true);
    }
  }, TIMEOUT_MS);

  claim("no tap zooms the page, and one finger scrolls it over a map that shows all", async (stage) => {
    const { shop } = await phone(stage, await putOnSale(theatre()));
    const scale = () => shop.page.evaluate(() => visualViewport!.scale);
    const twice = async (x: number, y: number) => {
      await shop.page.touchscreen.tap(x, y);
      await shop.page.touchscreen.tap(x, y);
      await pause(APART_MS);
    };
    const zoomIn = (await shop.page.locator("seat-map").getByRole("button", { name: "Zoom in" }).boundingBox())!;
    await twice(zoomIn.x + zoomIn.width / 2, zoomIn.y + zoomIn.height / 2);
    const { x, y, width, height } = (await shop.part("map").boundingBox())!;
    await twice(x + width / 2, y + height / 2);
    assert.equal(await scale(), 1);
    const fonts = await shop.page.locator("seat-map").evaluate((map) =>
      [...map.shadowRoot!.querySelectorAll("input, select")].map((each) => parseFloat(getComputedStyle(each).fontSize)));
    assert.ok(fonts.length > 0 && fonts.every((size) => size >= 16), `${fonts}`);
    await shop.page.locator("seat-map").getByRole("button", { name: "Show all" }).tap();
    const touch = () => shop.page.locator("seat-map canvas.map-face").evaluate((face) => getComputedStyle(face).touchAction);
    await eventually("the page's finger", touch, "pan-x pan-y");
  }, TIMEOUT_MS);

  for (const [name, event] of [["theatre", "64f123456789abcd12345678"], ["arena", "arena"], ["cinema", "screening-42"]] as const) {
    claim(`the ${name} on a phone can be looked at, with a seat asked about`, async (stage) => {
      const { shop } = await phone(stage, event);
      await mkdir(SCREENSHOTS, { recursive: true });
      await shop.page.screenshot({ path: `${SCREENSHOTS}/phone-${name}.png`, fullPage: true });
      await shop.call("holdBest", { quantity: 1 });
      const [seat] = await shop.held();
      await shop.call("release");
      await shop.call("focusSeat", seat);
      await pause(APART_MS);
      for (const [across, down] of spiral()) {
        if ((await bar(shop).count()) > 0) break;
        await tap(shop, across, down);
      }
      await isAsked(shop);
      await shop.page.screenshot({ path: `${SCREENSHOTS}/phone-${name}-asked.png` });
    }, TIMEOUT_MS);
  }
});

/** Places on the map from its middle outwards: somewhere there is a seat. */
function spiral(): [number, number][] {
  return Array.from({ length: 40 }, (_, n) => [0.5 + 0.011 * n * Math.cos(n * 2.4), 0.5 + 0.011 * n * Math.sin(n * 2.4)]);
}
