/** Where the figures are taken: how large a window, and how busy the machine. */
import { availableParallelism, loadavg } from "node:os";
import type { Browser } from "playwright-core";

export const VIEWPORT = { width: 1280, height: 800 };

export function conditions(browser: Browser): string {
  const window = `${VIEWPORT.width}×${VIEWPORT.height}`;
  const load = `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`;
  return `Chromium ${browser.version()} at ${window} without a GPU (--disable-gpu), ${load} at the start`;
}
