/**
 * Measures the budgets of the seat map and prints them as a table: `npm run bench`, or `npm run bench -- PART…` for only
 * these parts. It fails, and names them, where budgets are missed; `REPORT_ONLY=1` only prints the table. `dist/` has to be
 * built before.
 */
import type { Browser } from "playwright-core";
import { launch } from "../chromium.js";
import { conditions } from "./conditions.js";
import * as firstPicture from "./first-picture.js";
import * as heap from "./heap.js";
import * as moving from "./moving.js";
import { failedRow, failures, table, write, type Row } from "./report.js";
import * as size from "./size.js";
import * as storm from "./storm.js";

/** With what stands for each in the table if it cannot be measured. */
const PARTS: { name: string; what: string; rows(browser: Browser): Promise<Row[]> }[] = [
  { name: "size", what: "element without lazy languages, gzip -9", rows: size.rows },
  { name: "picture", what: "first picture", rows: firstPicture.rows },
  { name: "moving", what: "pan and zoom of 10,000 seats", rows: moving.rows },
  { name: "storm", what: "500 changes a second on 10,000 seats", rows: storm.rows },
  { name: "heap", what: "JS heap for 100,000 seats", rows: heap.rows },
];

async function measure(browser: Browser, wanted: typeof PARTS): Promise<Row[]> {
  const measured: Row[] = [];
  for (const { name, what, rows } of wanted) {
    console.error(`bench: ${name}`);
    measured.push(...(await rows(browser).catch((error: unknown) => [failedRow(what, error)])));
  }
  return measured;
}

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`${unknown}: the parts are ${PARTS.map(({ name }) => name).join(", ")}`);
  const browser = await launch();
  // Before there is any load of the benchmark's own.
  const where = conditions(browser);
  const rows = await measure(browser, PARTS.filter(({ name }) => names.length === 0 || names.includes(name)))
    .finally(() => browser.close());
  console.log(`The seat map in ${where}\n${table(rows)}`);
  // A few parts are a look at something, not a result to keep.
  if (names.length === 0) console.log(`\nwritten to ${await write(rows, where)}`);
  const failed = failures(rows);
  if (failed.length === 0 || process.env.REPORT_ONLY) return;
  throw new Error(`${failed.length} of ${rows.length} budgets:\n  ${failed.join("\n  ")}`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`Error: ${error.message}`);
  process.exitCode = 1;
});
