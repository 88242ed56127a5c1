/** The one Chromium that all tests share: the system's, started when the first test needs it. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after } from "node:test";
import { chromium, type Browser } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
/** Playwright's own default would leave out what the tests of back and forward are about. */
const LEFT_OUT = ["--disable-back-forward-cache"];

let running: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  running ??= chromium.launch({ executablePath: executable(), args: ARGUMENTS, ignoreDefaultArgs: LEFT_OUT });
  return running;
}

function executable(): string {
  return process.env.CHROMIUM || execFileSync(fileURLToPath(new URL("chromium", import.meta.url)), { encoding: "utf8" }).trim();
}

after(async () => (await running)?.close());
