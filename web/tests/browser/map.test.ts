/** What pointers do on the drawing. A test knows where one seat is: in the middle of the map, on a venue made for that. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import { dots, theatre } from "./layouts.js";
import { isSame, looksLike, picture } from "./picture.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

async function middle(shop: Shop): Promise<[number, number]> {
  await shop.part("map").scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await shop.part("map").boundingBox())!;
  return [x + width / 2, y + height / 2];
}

/** Longer than two clicks that would be one double click. */
const APART_MS = 600;

describe("the map", { concurrency: CONCURRENCY }, () => {
  claim("a click on a seat holds it, and another gives it up", async (stage) => {
    const event = await putOnSale(dots(false));
    const { shop, buyer: ann } = await stage.visitor(event);
    const at = await middle(shop);
    await shop.page.mouse.click(...at);
    await eventually("held", () => shop.held(), ["middle"]);
    assert.deepEqual(await ann.held(event), ["middle"]);
    await pause(APART_MS);
    await shop.page.mouse.click(...at);
    await eventually("given up", () => shop.held(), []);
  });

  claim("a click on a seat that somebody else has holds nothing and says why", async (stage) => {
    const event = await putOnSale(dots(false));
    await buyer("bob").hold(event, ["middle"]);
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.page.mouse.click(...(await middle(shop)));
    await eventually("said", async () => /hold|held/i.test(await shop.said()), true);
    assert.deepEqual([await shop.held(), await ann.held(event)], [[], []]);
  });

  claim("a click on a seat too small to tap comes closer instead, until it can be chosen", async (stage) => {
    const event = await putOnSale(dots(true));
    const { shop, buyer: ann } = await stage.visitor(event);
    const [at, far] = [await middle(shop), await picture(shop)];
    await shop.page.mouse.click(...at);
    assert.ok(!isSame(await picture(shop), far), "closer");
    assert.deepEqual(await ann.held(event), []);
    for (let clicks = 0; clicks < 8 && (await shop.held()).length === 0; clicks += 1) {
      await shop.page.mouse.click(...at);
      await pause(APART_MS);
    }
    assert.deepEqual(await shop.held(), ["middle"]);
  });

  claim("dragging, wheel and buttons move the picture and choose nothing", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    const [[x, y], begin] = [await middle(shop), await picture(shop)];
    await shop.page.mouse.move(x, y);
    await shop.page.keyboard.down("Control");
    await shop.page.mouse.wheel(0, -300);
    await shop.page.keyboard.up("Control");
    const near = await picture(shop);
    assert.ok(!isSame(near, begin), "the wheel zooms");
    await shop.page.mouse.down();
    await shop.page.mouse.move(x + 120, y + 60, { steps: 6 });
    await shop.page.mouse.up();
    const moved = await picture(shop);
    assert.ok(!isSame(moved, near), "dragging moves");
    const button = (name: string) => shop.page.locator("seat-map").getByRole("button", { name });
    await button("Move left").click();
    assert.ok(!isSame(await picture(shop), moved), "so does a button, without dragging");
    await button("Zoom out").click();
    await button("Show all").click();
    await shop.page.mouse.move(0, 0);
    await looksLike("all is shown again", shop, begin);
    assert.deepEqual(await ann.held(event), []);
  });

  claim("pointing at a seat says what it is and costs", async (stage) => {
    const event = await putOnSale(dots(false));
    const { shop } = await stage.visitor(event);
    await shop.page.mouse.move(...(await middle(shop)));
    await eventually("a tip", async () => /Standard.*\$75/s.test(await shop.page.locator("seat-map .tip").innerText()), true);
  });

  claim("what the list has in focus is marked in the picture", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()));
    await shop.call("zoomTo", "Stalls");
    await shop.openSection("Stalls");
    const before = await picture(shop);
    await shop.page.keyboard.press("Tab");
    assert.ok(!isSame(await picture(shop), before));
  });
});
