/** How it looks: to readers with settings of their own, to axe, and to whoever looks at the pictures in `web/screenshots`. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { describe } from "node:test";
import type { BrowserContextOptions } from "playwright-core";
import { isDrawn, isSame, looksLike, picture } from "./picture.js";
import { theatre } from "./layouts.js";
import { buyer, putOnSale } from "./stack.js";
import { claim, CONCURRENCY, SCREENSHOTS } from "./stage.js";

const SETTINGS: [string, BrowserContextOptions][] = [
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
  ["forced colours in the dark", { forcedColors: "active", colorScheme: "dark" }],
  ["motion", { reducedMotion: "no-preference" }],
  ["a density of two", { deviceScaleFactor: 2 }],
  ["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 3 }],
];

describe("a reader's settings", { concurrency: CONCURRENCY }, () => {
  for (const [name, options] of SETTINGS) {
    claim(`with ${name} it is drawn and sells`, async (stage) => {
      const event = await putOnSale(theatre());
      const shop = await stage.shop({ event, buyer: buyer("ann"), window: await stage.window(options) });
      assert.equal(await isDrawn(shop), true);
      await shop.openSection("Stalls");
      await shop.seat("A1").click();
      await shop.showsAsMine("A1");
      await mkdir(SCREENSHOTS, { recursive: true });
      await shop.page.screenshot({ path: `${SCREENSHOTS}/setting-${name.replaceAll(" ", "-")}.png`, fullPage: true });
    });
  }

  claim("settings that change while it is shown change its colours and nothing else", async (stage) => {
    const event = await putOnSale(theatre());
    const { shop } = await stage.visitor(event);
    await shop.call("hold", ["A1"]);
    const light = await picture(shop);
    await shop.page.emulateMedia({ colorScheme: "dark" });
    const dark = await picture(shop);
    await shop.page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    const forced = await picture(shop);
    assert.ok(!isSame(light, dark) && !isSame(dark, forced) && !isSame(forced, light));
    await shop.page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
    await looksLike("light again", shop, light);
    await shop.setAttribute("theme", "dark");
    await looksLike("dark by its theme, against the reader's setting", shop, dark);
    assert.deepEqual(await shop.held(), ["A1"]);
  });
});

const DEMO: [string, string, { quantity: number } | null][] = [
  ["theatre", "64f123456789abcd12345678", { quantity: 3 }],
  ["bus", "trip123", { quantity: 2 }],
  ["cinema", "screening-42", { quantity: 2 }],
  ["arena", "arena", { quantity: 4 }],
  ["festival", "festival", null],
];

describe("the demo events", { concurrency: CONCURRENCY }, () => {
  for (const [name, event, best] of DEMO) {
    claim(`the ${name} is drawn, and can be looked at`, async (stage) => {
      const ann = buyer("ann");
      const shop = await stage.shop({ event, buyer: ann });
      stage.atEnd(async () => void (await ann.release(event)));
      if (best) await shop.call("holdBest", best);
      else await shop.call("holdArea", "field", 4);
      assert.equal(await isDrawn(shop), true);
      await picture(shop);
      await mkdir(SCREENSHOTS, { recursive: true });
      await shop.page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
      await shop.page.emulateMedia({ colorScheme: "dark" });
      await picture(shop);
      await shop.page.screenshot({ path: `${SCREENSHOTS}/${name}-dark.png`, fullPage: true });
    });
  }
});
