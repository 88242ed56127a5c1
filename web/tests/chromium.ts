/** The system's Chromium, without a GPU: what it draws, the processor draws. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** `leftOut` are arguments that Playwright would give by itself. */
export function launch(leftOut: string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args: ARGUMENTS, ignoreDefaultArgs: leftOut });
}

function executable(): string {
  return execFileSync(fileURLToPath(new URL("chromium", import.meta.url)), { encoding: "utf8" }).trim();
}
