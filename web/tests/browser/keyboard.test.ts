/** Everything by keys alone, and what a screen reader is told meanwhile. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import { club, theatre } from "./layouts.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

/** Where the focus is, through all shadow roots. */
function focus(shop: Shop) {
  return shop.page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return {
      seat: at?.getAttribute("data-seat-id") ?? null,
      isInList: Boolean(at?.closest('[part~="list"]')),
      isOpener: Boolean(at?.hasAttribute("aria-expanded")),
      isExpanded: at?.getAttribute("aria-expanded") === "true",
      id: at?.id ?? "",
    };
  });
}

const focusedSeat = async (shop: Shop) => (await focus(shop)).seat;

async function press(shop: Shop, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await shop.page.keyboard.press(key);
}

/** Tabs into the list, opens its first section and goes to its first seat. */
async function enter(shop: Shop): Promise<void> {
  await press(shop, "Tab", "Enter", "Tab");
}

describe("keys alone", { concurrency: CONCURRENCY }, () => {
  const around = (map: string) => `${map}<p><a id="after" href="#x">After the map</a></p>`;

  claim("Tab comes to the list first, opens a section, and goes from seat to seat", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()));
    await press(shop, "Tab");
    const first = await focus(shop);
    assert.deepEqual([first.isInList, first.isOpener, first.isExpanded], [true, true, false]);
    await press(shop, "Enter");
    assert.equal((await focus(shop)).isExpanded, true);
    await press(shop, "Tab");
    assert.equal(await focusedSeat(shop), "A1");
    const steps = [["ArrowRight", "A2"], ["ArrowRight", "A3"], ["ArrowDown", "B3"], ["ArrowLeft", "B2"], ["ArrowUp", "A2"]] as const;
    for (const [key, seat] of steps) {
      await press(shop, key);
      assert.equal(await focusedSeat(shop), seat, key);
    }
    await press(shop, "Escape");
    assert.equal((await focus(shop)).isOpener, true, "Escape leaves the seats");
    await press(shop, "Tab");
    assert.equal(await focusedSeat(shop), "A2", "and Tab comes back to where one was");
  });

  claim("Enter and Space hold the seat with the focus, and again give it up", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    await enter(shop);
    await press(shop, "ArrowRight", "Enter");
    await shop.showsAsMine("A2");
    assert.equal(await focusedSeat(shop), "A2", "the focus stays");
    await press(shop, "ArrowRight", "Space");
    await shop.showsAsMine("A3");
    assert.deepEqual(await ann.held(event), ["A2", "A3"]);
    await press(shop, "Enter");
    await shop.showsAsMine("A3", false);
    assert.equal(await focusedSeat(shop), "A3");
    assert.deepEqual(await ann.held(event), ["A2"]);
  });

  claim("arrow keys never come to a dead end", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()));
    await enter(shop);
    const seen = new Set<string | null>();
    for (let step = 0; step < 60; step += 1) {
      seen.add(await focusedSeat(shop));
      await press(shop, "ArrowRight");
    }
    assert.equal(seen.size, 60, "to the right through every seat of both sections");
    assert.ok(!seen.has(null));
  });

  claim("the focus is not kept in", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()), { body: around });
    await enter(shop);
    await press(shop, "Enter");
    await shop.showsAsMine("A1");
    let steps = 0;
    for (; steps < 80 && (await focus(shop)).id !== "after"; steps += 1) await press(shop, "Tab");
    assert.equal((await focus(shop)).id, "after", `after ${steps} steps`);
    for (steps = 0; steps < 80 && !(await focus(shop)).isInList; steps += 1) await press(shop, "Shift+Tab");
    assert.equal((await focus(shop)).isInList, true);
  });

  claim("a whole table and places of an area are held by keys too", async (stage) => {
    const event = await putOnSale(club());
    const { shop } = await stage.visitor(event);
    await shop.opener("Dance floor").focus();
    await press(shop, "Enter", "Tab", "Control+a", "3", "Enter");
    await eventually("three places", async () => (await shop.held()).length, 3);
    await shop.opener("Table 2").focus();
    await press(shop, "Enter");
    await shop.part("list").getByRole("button", { name: /whole table/i }).focus();
    await press(shop, "Enter");
    await eventually("and four seats", async () => (await shop.held()).length, 7);
  });

  claim("focusSeat opens the seat's section and focuses it there", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()));
    await shop.call("focusSeat", "E7");
    assert.equal(await focusedSeat(shop), "E7");
    await assert.rejects(shop.call("focusSeat", "Z99"), { code: "not_found" });
    await assert.rejects(shop.call("zoomTo", "Nowhere"), { code: "not_found" });
  });

  claim("one's own changes are announced, and those of others are not", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await enter(shop);
    await press(shop, "Enter");
    await shop.showsAsMine("A1");
    await eventually("the hold is said", async () => /hold/i.test(await shop.said()), true);
    // Until what was said is taken away again, where it is.
    await pause(6_000);
    const before = await shop.said();
    await buyer("bob").hold(event, ["A8", "A9"]);
    await shop.shows("A9", "held");
    await pause(500);
    assert.equal(await shop.said(), before);
  });
});
