/** The element in documents that are alive: hidden, moved, removed, made twice, changed, left and come back to. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import type { Face } from "./face.js";
import { front } from "./front.js";
import { theatre } from "./layouts.js";
import { isDrawn, isSame, looksLike, picture } from "./picture.js";
import type { Shop } from "./shop.js";
import { buyer, putOnSale, token } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

const openSockets = (shop: Shop) => shop.sockets.filter((socket) => !socket.isClosed()).length;

/** Pictures are compared of elements that nothing else on the page squeezes. */
const SAME_SIZE = "seat-map { width: 1000px }";

describe("life in a document", { concurrency: CONCURRENCY }, () => {
  const HIDDEN: [string, (seatMap: string) => string, () => void][] = [
    ["with display: none", (map) => `<div class="hidden">${map}</div>`,
      () => document.querySelector(".hidden")!.removeAttribute("class")],
    ["in a closed dialog", (map) => `<dialog>${map}</dialog>`,
      () => document.querySelector("dialog")!.showModal()],
    ["in closed details", (map) => `<details><summary>Seats</summary>${map}</details>`,
      () => void (document.querySelector("details")!.open = true)],
  ];
  for (const [how, body, show] of HIDDEN) {
    claim(`an element that starts hidden ${how} is as good as any once it is shown`, async (stage) => {
      const event = await putOnSale(theatre());
      const styles = `${SAME_SIZE} .hidden { display: none } dialog { max-width: none; max-height: none }`;
      const plain = await stage.visitor(event, { styles: SAME_SIZE });
      const { shop } = await stage.visitor(event, { body, styles });
      await shop.call("hold", ["A1"]);
      await shop.page.evaluate(show);
      await eventually("it is drawn", () => isDrawn(shop), true);
      await shop.call("release");
      await looksLike("the same picture", shop, await picture(plain.shop));
      await shop.openSection("Stalls");
      await shop.seat("A2").click();
      await shop.showsAsMine("A2");
    });
  }

  claim("moved in the document it keeps its hold, its place and its connection", async (stage) => {
    const event = await putOnSale(theatre());
    const body = (map: string) => `<div id="here">${map}</div><div id="there"></div>`;
    const { shop } = await stage.visitor(event, { body, styles: SAME_SIZE });
    await shop.call("hold", ["A1"]);
    const overview = await picture(shop);
    await shop.call("zoomTo", "Circle");
    const near = await picture(shop);
    assert.ok(!isSame(near, overview));
    await shop.page.evaluate(() => document.querySelector("#there")!.append(document.querySelector("seat-map")!));
    await pause(500);
    assert.deepEqual([await shop.held(), openSockets(shop), shop.sockets.length], [["A1"], 1, 1]);
    assert.ok(isSame(await picture(shop), near), "the same place");
  });

  claim("a change of attributes loses neither hold nor place", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event, { styles: SAME_SIZE, attributes: { theme: "light", lang: "en" } });
    await shop.call("hold", ["A1"]);
    await shop.openSection("Stalls");
    await shop.call("zoomTo", "Circle");
    const before = await picture(shop);
    const changes = [
      ["theme", "dark"], ["lang", "en-GB"], ["max-seats", "6"], ["name", "seats"], ["read-only", ""], ["theme", "light"], ["lang", "en"],
    ] as const;
    for (const [name, value] of changes) {
      await shop.setAttribute(name, value);
      assert.deepEqual(await shop.held(), ["A1"], name);
    }
    await shop.page.evaluate(() => document.querySelector("seat-map")!.removeAttribute("read-only"));
    // A later token of the same buyer, as a shop's own refresh brings it.
    await shop.setAttribute("token", token(ann.sub, { seconds: 3_600 }));
    await shop.call("hold", ["A2"]);
    await shop.call("release", ["A2"]);
    assert.deepEqual(await shop.held(), ["A1"]);
    assert.equal(await shop.seat("A1").count(), 1, "the section is still open");
    await looksLike("the same picture", shop, before);
  });

  claim("resized it shows the same, and drawn anew at another density too", async (stage) => {
    const event = await putOnSale(theatre());
    const [{ shop }, plain] = [await stage.visitor(event), await stage.visitor(event)];
    await shop.page.setViewportSize({ width: 390, height: 700 });
    await pause(300);
    assert.equal(await isDrawn(shop), true);
    const width = await shop.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} wide`);
    await shop.page.setViewportSize({ width: 1280, height: 800 });
    await looksLike("as it was", shop, await picture(plain.shop));
  });

  claim("taken out of the document it ends its connections and releases nothing", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.call("hold", ["A1"]);
    assert.equal(openSockets(shop), 1);
    await shop.page.evaluate(() => {
      (globalThis as { kept?: Element }).kept = document.querySelector("seat-map")!;
      document.querySelector("seat-map")!.remove();
    });
    await eventually("no connection is left", () => openSockets(shop), 0);
    await pause(1_000);
    assert.deepEqual(await ann.held(event), ["A1"]);
    await buyer("bob").hold(event, ["A2"]);
    await shop.page.evaluate(() => document.querySelector("main")!.append((globalThis as unknown as { kept: Element }).kept));
    await shop.ready();
    await shop.openSection("Stalls");
    await shop.shows("A2", "held");
    assert.deepEqual([await shop.held(), openSockets(shop)], [["A1"], 1]);
  });

  claim("appended, removed and appended again in one go, as StrictMode does, it works once", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    const script = `customElements.whenDefined("seat-map").then(() => {
      const map = document.createElement("seat-map");
      map.setAttribute("event-id", "${event}");
      map.setAttribute("token", "${ann.token}");
      const main = document.querySelector("main");
      main.append(map); map.remove(); main.append(map);
    });`;
    const shop = await stage.shop({ body: () => "", script, isReady: false });
    await shop.page.waitForSelector("seat-map");
    await shop.ready();
    await shop.call("hold", ["A1"]);
    await pause(500);
    assert.equal(openSockets(shop), 1);
    assert.equal(await shop.page.locator('seat-map [part~="list"]').count(), 1);
    assert.equal((await shop.heard("hold-changed")).filter(({ seats }) => seats.length === 1).length, 1, "told once");
    assert.equal(await isDrawn(shop), true);
  });

  claim("properties that were set before the element is defined count", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    const script = `const map = document.querySelector("seat-map");
      Object.assign(map, { eventId: "${event}", maxSeats: 1, theme: "dark", tokenProvider: async () => "${ann.token}" });`;
    const shop = await stage.shop({ script });
    await shop.call("hold", ["A1"]);
    await assert.rejects(shop.call("hold", ["A2"]), { code: "limit_exceeded" });
    assert.deepEqual(await ann.held(event), ["A1"]);
    assert.equal(await shop.page.evaluate(() => document.querySelector<Face>("seat-map")!.theme), "dark");
  });

  claim("coming back to a page that the browser kept, everything is live again", async (stage) => {
    const event = await putOnSale(theatre());
    const script = `addEventListener("pageshow", ({ persisted }) => (window.persisted = persisted));`;
    const { shop } = await stage.visitor(event, { script });
    await shop.openSection("Stalls");
    await shop.call("hold", ["A1"]);
    await shop.page.goto((await front()).serve("/t/elsewhere.html", { body: "<title>Elsewhere</title>" }));
    await buyer("bob").hold(event, ["A2"]);
    await shop.page.evaluate(() => history.back());
    await eventually("back on the page", () => shop.page.title().catch(() => ""), "A shop");
    assert.equal(await shop.page.evaluate("window.persisted"), true, "kept, not loaded again");
    await shop.shows("A2", "held");
    assert.deepEqual(await shop.held(), ["A1"]);
    await buyer("cleo").hold(event, ["A3"]);
    await shop.shows("A3", "held");
    await shop.call("hold", ["A4"]);
    assert.deepEqual(await shop.held(), ["A1", "A4"]);
  });
});
