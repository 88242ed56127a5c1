/** What the local stack serves beside its API: its pages, and the package's modules as a shop would serve them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Shop } from "./shop.js";
import { STACK } from "./stack.js";
import { claim, CONCURRENCY } from "./stage.js";

const FOLDER = fileURLToPath(new URL("../../dist/pages", import.meta.url));
const PAGES = readdirSync(FOLDER).filter((name) => name.endsWith(".html"));
const hasElement = (name: string) => readFileSync(join(FOLDER, name), "utf8").includes("<seat-map");

describe("what the stack serves", { concurrency: CONCURRENCY }, () => {
  for (const name of PAGES.filter(hasElement)) {
    claim(`the page ${name} shows seats, and sells them to whoever comes`, async (stage) => {
      const shop = await Shop.at(await stage.window(), `${STACK.base}/${name}`);
      stage.shops.push(shop);
      await shop.page.waitForSelector("seat-map");
      await shop.ready();
      await shop.call("holdBest", { quantity: 1 });
      assert.equal((await shop.held()).length, 1);
      await shop.call("release");
    });
  }

  test("a page without the element is tried elsewhere: hundred.html in seeds.test.ts", () => {
    assert.deepEqual(PAGES.filter((name) => !hasElement(name)), ["hundred.html"]);
  });

  test("modules come with their kind, and are asked for anew each time", async () => {
    const [script, json] = ["text/javascript", "application/json"];
    const modules = { "/seat-map.js": script, "/client.js": script, "/io.js": script };
    const kinds = { ...modules, "/seat-map.js.map": json, "/custom-elements.json": json };
    for (const [path, kind] of Object.entries(kinds)) {
      const response = await fetch(STACK.base + path);
      assert.equal(response.status, 200, path);
      assert.ok(response.headers.get("content-type")!.startsWith(kind), path);
      assert.equal(response.headers.get("cache-control"), "no-cache", path);
      // An answer that is not read to its end keeps its connection, and this process.
      assert.ok((await response.text()).length > 0, path);
    }
  });
});
