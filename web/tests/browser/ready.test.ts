/** When the element is there, and when it cannot be. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually } from "./eventually.js";
import type { Face } from "./face.js";
import { hall, theatre } from "./layouts.js";
import { isDrawn } from "./picture.js";
import type { Shop } from "./shop.js";
import { buyer, freshId, putOnSale, token } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

/** How `ready` of the present event ends. */
const outcome = () => document.querySelector<Face>("seat-map")!.ready.then(() => "ready", (error) => String(error.code));

const openSeats = (shop: Shop) => shop.page.locator("seat-map [data-seat-id]").count();

describe("becoming ready", { concurrency: CONCURRENCY }, () => {
  claim("ready means that the plan is drawn and the list is there", async (stage) => {
    const { shop } = await stage.visitor(await putOnSale(theatre()));
    const isPainted = await isDrawn(shop);
    const openers = await shop.part("list").locator("[aria-expanded]").allTextContents();
    assert.equal(isPainted, true);
    assert.ok(openers.some((text) => text.includes("Stalls")) && openers.some((text) => text.includes("Circle")), `${openers}`);
    for (const part of ["map", "legend"]) assert.equal(await shop.part(part).isVisible(), true, part);
  });

  claim("every seat says its section, row, number, category, price and status", async (stage) => {
    const event = await putOnSale(theatre());
    await buyer("bob").hold(event, ["A2"]);
    const { shop } = await stage.visitor(event);
    await shop.openSection("Stalls");
    const name = async (id: string) => await shop.seat(id).getAttribute("aria-label") ?? await shop.seat(id).innerText();
    assert.match(await name("A1"), /Stalls.*\bA\b.*\b1\b.*VIP.*150.*free/);
    assert.match(await name("A2"), /held.*free again in about \d+ minutes/);
    assert.equal(await shop.status("A2"), "held");
    assert.equal(await openSeats(shop), 30, "taken ones too");
  });

  claim("one section is open at a time, and a large one is divided", async (stage) => {
    const small = await stage.visitor(await putOnSale(theatre()));
    await small.shop.openSection("Stalls");
    await small.shop.openSection("Circle");
    assert.equal(await small.shop.seat("A1").count(), 0);
    assert.equal(await small.shop.seat("D1").count(), 1);

    const large = await stage.visitor(await putOnSale(hall()));
    const openers = large.shop.part("list").locator("[aria-expanded]");
    assert.equal(await openers.count(), 20, "a part for each row");
    await openers.nth(2).click();
    await eventually("the third row is open", () => openSeats(large.shop), 30);
    assert.equal(await large.shop.seat("C30").count(), 1);
  });

  claim("an event that is not there rejects, unobserved without an error, and another event is another chance", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor("no-such-event", { isReady: false });
    await eventually("ready is rejected", () => shop.page.evaluate(outcome), "not_found");
    await shop.setAttribute("event-id", event);
    assert.equal(await shop.page.evaluate(outcome), "ready");
    await shop.call("hold", ["A1"]);
    assert.deepEqual(await shop.held(), ["A1"]);
  });

  claim("another event takes the place of the first, and its selection", async (stage) => {
    const [first, second] = [await putOnSale(theatre()), await putOnSale(hall())];
    const { shop, buyer: ann } = await stage.visitor(first);
    await shop.call("hold", ["A1"]);
    await shop.setAttribute("event-id", second);
    await shop.ready();
    await eventually("nothing is held in the second", () => shop.held(), []);
    assert.ok((await shop.part("list").innerText()).includes("Parterre"));
    await shop.setAttribute("event-id", first);
    await shop.ready();
    await eventually("the first is as it was", () => shop.held(), ["A1"]);
    assert.deepEqual(await ann.held(first), ["A1"]);
  });

  claim("an event that is published only after the page was opened is ready then", async (stage) => {
    const event = freshId();
    const { shop } = await stage.visitor(event, { isReady: false });
    await eventually("ready is rejected", () => shop.page.evaluate(outcome), "not_found");
    await putOnSale(theatre(), {}, undefined, event);
    await shop.page.evaluate(() => void dispatchEvent(new Event("online")));
    await eventually("it is ready", () => shop.page.evaluate(outcome), "ready");
    await shop.call("hold", ["A1"]);
  });

  claim("of an event that was left nothing is told or sent any more", async (stage) => {
    const [first, second] = [await putOnSale(theatre()), await putOnSale(hall())];
    const body = (map: string) => `<form>${map}</form>`;
    const { shop } = await stage.visitor(first, { body, attributes: { name: "seats" } });
    await shop.call("hold", ["A1"]);
    await shop.forget();
    await shop.page.evaluate(async (next) => {
      const element = document.querySelector<Face>("seat-map")!;
      const late = element.hold(["A2"]).catch(() => {});
      element.setAttribute("event-id", next);
      await late;
      await element.ready;
    }, second);
    const told = await shop.heard("hold-changed");
    assert.deepEqual(told.map(({ seats }) => seats.length), [0]);
    assert.equal(await shop.page.evaluate(() => new FormData(document.querySelector("form")!).get("seats")), null);
  });

  claim("a language that is written as templates write it is understood, and another one is spoken at once", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event, { attributes: { lang: "en_US" } });
    await shop.call("hold", ["A1"]);
    await shop.openSection("Stalls");
    assert.match((await shop.seat("A2").getAttribute("aria-label"))!, /\$150\.00/);
    await shop.setAttribute("lang", "de-DE");
    await eventually("prices are written otherwise", async () => (await shop.seat("A2").getAttribute("aria-label"))!.includes("150,00"), true);
  });

  claim("a provider that is set anew with each rendering makes no new connection", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop, buyer: ann } = await stage.visitor(event);
    await shop.page.evaluate((token) => {
      document.querySelector<Face>("seat-map")!.tokenProvider = () => Promise.resolve(token);
    }, ann.token);
    await shop.call("hold", ["A1"]);
    const before = shop.sockets.length;
    await shop.page.evaluate(async (token) => {
      for (let rendering = 0; rendering < 5; rendering += 1) {
        document.querySelector<Face>("seat-map")!.tokenProvider = () => Promise.resolve(token);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }, ann.token);
    assert.deepEqual([await shop.held(), shop.sockets.length], [["A1"], before]);
  });

  claim("methods that are called before it is ready wait for it", async (stage) => {
    const event = await putOnSale(theatre());
    const script = `customElements.whenDefined("seat-map").then(async () => {
      window.early = await document.querySelector("seat-map").hold(["A1"]).then(({ heldSeats }) => heldSeats, (error) => error.code);
    });`;
    const { shop } = await stage.visitor(event, { script });
    await eventually("the early hold is answered", () => shop.page.evaluate("window.early"), ["A1"]);
    assert.deepEqual(await shop.held(), ["A1"]);
  });

  claim("without a token it is read-only and follows what others do", async (stage) => {
    const event = await putOnSale(theatre());
    const shop = await stage.shop({ event });
    await shop.openSection("Stalls");
    await shop.shows("A1", "available");
    const bob = buyer("bob");
    await bob.hold(event, ["A1"]);
    await shop.shows("A1", "held");
    await bob.release(event);
    await shop.shows("A1", "available");
    await assert.rejects(shop.call("hold", ["A2"]), { code: "unauthorized" });
    await shop.seat("A2").click({ force: true });
    await shop.shows("A2", "available");
    assert.deepEqual(shop.sockets, [], "a socket needs a token");
  });

  claim("a token that comes later opens the sale", async (stage) => {
    const event = await putOnSale(theatre());
    const shop = await stage.shop({ event });
    await shop.setAttribute("token", buyer("ann").token);
    await eventually("a hold is possible", () => shop.call("hold", ["A1"]).then(() => true, () => false), true);
    assert.deepEqual(await shop.held(), ["A1"]);
  });

  claim("a token provider is asked again when the token has run out", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    const tokens = [token(ann.sub, { seconds: 3 }), ann.token];
    const script = `const tokens = ${JSON.stringify(tokens)}; window.asked = 0;
      document.querySelector("seat-map").tokenProvider = async () => tokens[Math.min(window.asked++, 1)];`;
    const shop = await stage.shop({ event, script });
    await shop.page.waitForTimeout(4_500);
    await shop.call("hold", ["A1"]);
    assert.deepEqual(await ann.held(event), ["A1"]);
    assert.ok(Number(await shop.page.evaluate("window.asked")) >= 2);
    await buyer("bob").hold(event, ["A2"]);
    await shop.openSection("Stalls");
    await shop.shows("A2", "held");
  });

  claim("read-only and disabled allow no change, and lifting them does", async (stage) => {
    const event = await putOnSale(theatre());
    for (const attribute of ["read-only", "disabled"]) {
      const { shop, buyer: ann } = await stage.visitor(event, { attributes: { [attribute]: "" } });
      await assert.rejects(shop.call("hold", ["A1"]), attribute);
      assert.deepEqual(await ann.held(event), []);
      await shop.page.evaluate((name) => document.querySelector("seat-map")!.removeAttribute(name), attribute);
      await shop.call("hold", ["A1"]);
      await shop.call("release");
    }
  });
});
