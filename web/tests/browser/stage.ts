/**
 * What a test plays on: windows of its own, and the claim that it makes.
 *
 * Whatever the outcome, the windows are closed; a test that fails leaves a picture of each in `web/screenshots/failed`.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { BrowserContext, BrowserContextOptions } from "playwright-core";
import { browser } from "./browser.js";
import { Shop, type ShopOptions } from "./shop.js";
import { buyer, type Person } from "./stack.js";

export const SCREENSHOTS = fileURLToPath(new URL("../../screenshots", import.meta.url));

const FAILED = `${SCREENSHOTS}/failed`;
// What an earlier run has left would be taken for this one's.
rmSync(FAILED, { recursive: true, force: true });

const TIMEOUT_MS = 60_000;
const ACTION_MS = 10_000;

/** How many tests of a file run side by side: about what two cores can do. */
export const CONCURRENCY = 3;

export class Stage {
  readonly shops: Shop[] = [];
  readonly #contexts: BrowserContext[] = [];
  readonly #endings: (() => Promise<void>)[] = [];

  /** A browser that knows of no other: another buyer's, or another device. */
  async window(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const usual: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };
    const context = await (await browser()).newContext({ ...usual, ...options });
    context.setDefaultTimeout(ACTION_MS);
    this.#contexts.push(context);
    return context;
  }

  /** A page in a window of its own, unless one is given. */
  async shop(options: ShopOptions & { window?: BrowserContext }): Promise<Shop> {
    const shop = await Shop.open(options.window ?? (await this.window()), options);
    this.shops.push(shop);
    return shop;
  }

  /** A page of a buyer whom nobody has seen before. */
  async visitor(event: string, options: ShopOptions = {}): Promise<{ shop: Shop; buyer: Person }> {
    const person = buyer("ann");
    return { shop: await this.shop({ event, buyer: person, ...options }), buyer: person };
  }

  /** Done when the test is over, the last one first. */
  atEnd(ending: () => Promise<void>): void {
    this.#endings.unshift(ending);
  }

  async photograph(name: string): Promise<void> {
    await mkdir(FAILED, { recursive: true });
    const pages = this.#contexts.flatMap((context) => context.pages());
    await Promise.all(pages.map((page, n) => page.screenshot({ path: `${FAILED}/${name}-${n}.png` }).catch(() => {})));
  }

  async close(): Promise<void> {
    for (const ending of this.#endings) await ending();
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

/** A test with a stage: the claim holds, and no page had a fault. */
export function claim(name: string, body: (stage: Stage) => Promise<void>, timeout = TIMEOUT_MS): void {
  test(name, { timeout }, async () => {
    const stage = new Stage();
    try {
      await body(stage);
      assert.deepEqual(stage.shops.flatMap(({ faults }) => faults), []);
    } catch (error) {
      await stage.photograph(name.replaceAll(/\W+/g, "-"));
      throw error;
    } finally {
      await stage.close();
    }
  });
}
