/** The pages of docs/csp.md under the headers that stand beside them, and what the browser says without them. */
import assert from "node:assert/strict";
import { coded, table } from "../../docs/pages.js";
import { eventually } from "../eventually.js";
import type { Shop } from "../shop.js";
import { buyer } from "../stack.js";
import { isEnforced } from "../trusted-types.js";
import type { Claims, Scene } from "./scene.js";

/** The block of headers, as a server sends them. */
function headersOf(scene: Scene): Record<string, string> {
  return Object.fromEntries(scene.snippet("http").trim().split("\n").map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  }));
}

/** Opens the section's page under its header, and uses all of the element. That no violation is told, the stage sees. */
async function worksUnderItsPolicy(scene: Scene): Promise<Shop> {
  if (scene.section.snippets.some(({ language }) => language === "js")) scene.serve("/shop.js", scene.snippet("js"));
  const shop = await scene.open(scene.snippet("html"), headersOf(scene));
  assert.equal(await isEnforced(scene.stage, shop.address), true, "the header is in force");
  await shop.openSection("Stalls");
  await shop.seat("A1").click();
  await shop.showsAsMine("A1");
  await shop.setAttribute("theme", "dark");
  await shop.part("map").hover();
  await buyer("bob").hold(scene.event, ["A2"]);
  await shop.shows("A2", "held");
  assert.ok(shop.sockets.length > 0, "it has a socket");
  assert.deepEqual(shop.faults, []);
  return shop;
}


/** With one source less: everything that the console says meanwhile. */
async function saidWithout(scene: Scene, source: string): Promise<{ shop: Shop; said: string[] }> {
  const strict = scene.under("docs/csp.md: The strictest policy");
  const [header] = Object.values(headersOf(strict)) as [string];
  const left = strict.prepared(source).replace(/^script-src /, "");
  const from = source.startsWith("script-src") ? /(script-src) 'self'/ : null;
  const policy = from ? header.replace(from, "$1 'none'") : header.replace(left, left === "lit-html" ? "none" : "");
  assert.notEqual(policy, header, source);
  strict.serve("/shop.js", strict.snippet("js"));
  const shop = await strict.open(strict.snippet("html"), { "content-security-policy": policy }, false);
  return { shop, said: shop.faults };
}

export const csp: Claims = {
  "docs/csp.md: The strictest policy": {
    claim: "everything works under the strictest policy, checkout and all",
    async show(scene) {
      const shop = await worksUnderItsPolicy(scene);
      const address = `/pay/${(await shop.selection()).holdId}`;
      scene.serve(address, "<!doctype html><title>Pay</title>", { "content-type": "text/html" });
      await shop.part("basket").getByRole("button", { name: "Continue" }).click();
      await eventually("the page to pay on", () => shop.page.title(), "Pay");
    },
  },
  "docs/csp.md: With a nonce": {
    claim: "with a nonce everything works, the language's module included",
    async show(scene) {
      await worksUnderItsPolicy(scene);
    },
  },
  "docs/csp.md: From a CDN": {
    claim: "a module with its hash runs, and one with another hash does not",
    async show(scene) {
      const page = scene.snippet("html");
      await (await scene.open(page)).call("hold", ["A1"]);
      const changed = await scene.open(page.replace(/sha384-.{4}/, "sha384-AAAA"), {}, false);
      await eventually("the browser refuses it", () => changed.faults.some((fault) => fault.includes("integrity")), true);
      assert.equal(await changed.page.evaluate(() => customElements.get("seat-map") === undefined), true);
      changed.faults.splice(0);
    },
  },
  "docs/csp.md: What breaks it": {
    claim: "what is left out of the policy is named by the console as the page says",
    async show(scene) {
      const rows = table(scene.section.text, "left out");
      assert.ok(rows.length >= 4);
      for (const [leftOut, , console] of rows) {
        const [source, words] = [coded(leftOut!)[0]!, coded(console!)[0]!];
        const { shop, said } = await saidWithout(scene, source);
        await eventually(`without ${source}: ${words}`, () => said.some((each) => each.includes(words)) || said, true);
        await shop.page.close();
        shop.faults.splice(0);
      }
    },
  },
};
