/** The one browser that all tests share, started when the first test needs it. */
import { after } from "node:test";
import type { Browser } from "playwright-core";
import { launch } from "../chromium.js";

/** Playwright's own default would leave out what the tests of back and forward are about. */
const LEFT_OUT = ["--disable-back-forward-cache"];

let running: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  return (running ??= launch(LEFT_OUT));
}

after(async () => (await running)?.close());
