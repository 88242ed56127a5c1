import assert from "node:assert/strict";
import { test } from "node:test";
import { flagTitle } from "./title.js";

/** A page that can be looked at and away from. */
function page(isSeen: boolean, title = "A shop") {
  const view = new EventTarget();
  const made = Object.assign(new EventTarget(), {
    title, defaultView: view, visibilityState: isSeen ? "visible" : "hidden", hasFocus: () => made.visibilityState === "visible",
  });
  const look = () => {
    made.visibilityState = "visible";
    made.dispatchEvent(new Event("visibilitychange"));
    view.dispatchEvent(new Event("focus"));
  };
  return { page: made, document: made as unknown as Document, look };
}

test("a page that nobody looks at has the flag in its title until somebody does", () => {
  const { page: shop, document, look } = page(false);
  flagTitle("Your turn! –", document);
  assert.equal(shop.title, "Your turn! – A shop");
  shop.dispatchEvent(new Event("visibilitychange"));
  assert.equal(shop.title, "Your turn! – A shop", "still hidden");
  look();
  assert.equal(shop.title, "A shop");
  look();
  assert.equal(shop.title, "A shop");
});

test("visible without the focus is not seen yet", () => {
  const { page: shop, document } = page(true);
  shop.hasFocus = () => false;
  flagTitle("Your turn! –", document);
  assert.equal(shop.title, "Your turn! – A shop");
});

test("a page that somebody looks at keeps its title", () => {
  const { page: shop, document } = page(true);
  flagTitle("Your turn! –", document);
  assert.equal(shop.title, "A shop");
});

test("a title that the page has given itself meanwhile stays", () => {
  const { page: shop, document, look } = page(false);
  flagTitle("Your turn! –", document);
  shop.title = "3 messages";
  look();
  assert.equal(shop.title, "3 messages");
});

test("a turn that is over takes its flag away, and only its own", () => {
  const { page: shop, document, look } = page(false);
  const lower = [flagTitle("Your turn! –", document), flagTitle("Your turn! –", document)];
  lower[0]!();
  lower[0]!();
  assert.equal(shop.title, "Your turn! – A shop");
  look();
  assert.equal(shop.title, "A shop");
});
