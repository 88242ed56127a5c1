/** The element as a field of a form: what is sent, what a reset does, and when nothing can be chosen. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually, pause } from "./eventually.js";
import type { Face } from "./face.js";
import { front } from "./front.js";
import { theatre } from "./layouts.js";
import type { Shop } from "./shop.js";
import { freshId, putOnSale } from "./stack.js";
import { claim, CONCURRENCY, type Stage } from "./stage.js";

/** A page whose form is sent to the shop's server, and what that has received. */
async function order(stage: Stage, wrapped = (map: string) => map) {
  const [address, sent] = [`/t/${freshId()}.html`, [] as URLSearchParams[]];
  const page = { body: "<!doctype html><title>Thank you</title>", received: (body: string) => void sent.push(new URLSearchParams(body)) };
  (await front()).serve(address, page);
  const body = (map: string) =>
    `<form method="post" action="${address}"><input name="email" value="ann@shop.example">${wrapped(map)}<button>Order</button></form>`;
  const event = await putOnSale(theatre());
  return { event, sent, ...(await stage.visitor(event, { body, attributes: { name: "seats" } })) };
}

/** What the form would send under the element's name. */
const value = (shop: Shop) =>
  shop.page.evaluate(() => new FormData(document.querySelector("form")!).get("seats") as string | null);

async function submit(shop: Shop): Promise<void> {
  await shop.page.getByRole("button", { name: "Order" }).click();
  await eventually("it is sent", () => shop.page.title(), "Thank you");
}

describe("in a form", { concurrency: CONCURRENCY }, () => {
  claim("the shop's server receives the hold and its seats beside the other fields", async (stage) => {
    const { shop, sent } = await order(stage);
    await shop.call("hold", ["A1", "A2"]);
    const { holdId } = await shop.selection();
    await submit(shop);
    const { seats, email } = Object.fromEntries(sent[0]!);
    assert.deepEqual([JSON.parse(seats!), email], [{ holdId, seatIds: ["A1", "A2"] }, "ann@shop.example"]);
  });

  claim("where nothing is held, or no longer, nothing is sent under the name", async (stage) => {
    const { shop, sent } = await order(stage);
    await shop.call("hold", ["A1"]);
    await shop.call("release");
    await submit(shop);
    assert.deepEqual([...sent[0]!.keys()], ["email"]);
  });

  claim("nothing that one does in the element sends the form", async (stage) => {
    const { shop, sent } = await order(stage);
    await shop.openSection("Stalls");
    await shop.seat("A1").click();
    await shop.showsAsMine("A1");
    await shop.seat("A2").press("Enter");
    await shop.showsAsMine("A2");
    await pause(300);
    assert.deepEqual([sent, await shop.page.title()], [[], "A shop"]);
  });

  claim("a reset releases nothing, and the value stays", async (stage) => {
    const { shop, event, buyer: ann } = await order(stage);
    await shop.call("hold", ["A1", "A2"]);
    const before = await value(shop);
    await shop.page.evaluate(() => document.querySelector("form")!.reset());
    await pause(500);
    assert.deepEqual([await shop.held(), await ann.held(event)], [["A1", "A2"], ["A1", "A2"]]);
    assert.deepEqual([await value(shop), JSON.parse(before!).seatIds], [before, ["A1", "A2"]]);
  });

  claim("in a disabled fieldset nothing can be chosen or is sent, and enabled again it can", async (stage) => {
    const { shop, event, buyer: ann } = await order(stage, (map) => `<fieldset disabled>${map}</fieldset>`);
    await shop.openSection("Stalls");
    await shop.seat("A1").click({ force: true });
    await assert.rejects(shop.call("hold", ["A1"]), { code: "forbidden" });
    assert.deepEqual([await ann.held(event), await value(shop)], [[], null]);
    await shop.page.evaluate(() => void (document.querySelector("fieldset")!.disabled = false));
    await shop.call("hold", ["A1"]);
    assert.deepEqual(JSON.parse((await value(shop))!).seatIds, ["A1"]);
    await shop.page.evaluate(() => void (document.querySelector("fieldset")!.disabled = true));
    assert.equal(await value(shop), null, "as any disabled field");
    assert.deepEqual(await ann.held(event), ["A1"], "and nothing is given up");
  });

  claim("the element knows its form, also one that it is named for", async (stage) => {
    const { shop } = await order(stage);
    const form = () => shop.page.evaluate(() => document.querySelector<Face>("seat-map")!.form?.id);
    assert.equal(await form(), "");
    await shop.page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("form"), { id: "other" }));
      document.querySelector("seat-map")!.setAttribute("form", "other");
    });
    assert.equal(await form(), "other");
  });
});
