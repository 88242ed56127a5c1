/** What a page loads for the element before anything lazy. */
import { ELEMENT_MAX_BYTES, gzipped } from "../budgets.js";
import { verdict, type Row } from "./report.js";
import { built } from "./server.js";

export async function rows(): Promise<Row[]> {
  const bytes = gzipped(await built("seat-map.js"));
  return [{
    what: "element without lazy languages, gzip -9",
    budget: `≤ ${ELEMENT_MAX_BYTES / 1024} KB`,
    measured: `${(bytes / 1024).toFixed(1)} KB`,
    verdict: verdict(bytes <= ELEMENT_MAX_BYTES),
    figures: { bytes },
  }];
}
