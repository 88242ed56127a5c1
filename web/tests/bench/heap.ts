/**
 * What JavaScript keeps for a large venue after garbage was collected, as it is opened and close to its seats; and, without a
 * budget, how much there was at the first picture, with all that was only read.
 */
import type { Browser } from "playwright-core";
import type { SeatMap } from "../../src/index.js";
import { HEAP_MAX_BYTES, HEAP_SEATS } from "../budgets.js";
import { verdict, type Row } from "./report.js";
import { Stage } from "./stage.js";
import { hall } from "./venues.js";

const MB = 1024 * 1024;
const TRAVEL_MS = 800;

/** Bytes; `arrays` are the contents of typed arrays, which the heap itself does not count. */
interface Heap {
  used: number;
  arrays: number;
}

export async function rows(browser: Browser): Promise<Row[]> {
  const venue = hall(HEAP_SEATS, "sections", Date.now());
  const section = venue.plan.seats[0]!.section!;
  const { before, ...looks } = await Stage.with(browser, venue, async (stage) => {
    const before = await heapOf(stage);
    await stage.settled();
    const opened = await keptBy(stage);
    await stage.page.evaluate((name) => document.querySelector<SeatMap>("seat-map")!.zoomTo(name), section);
    await stage.rest(TRAVEL_MS);
    return { before, opened, close: await keptBy(stage) };
  });
  const total = (heap: Heap) => heap.used + heap.arrays;
  const most = Math.max(...Object.values(looks).map(total));
  const shown = (bytes: number) => Math.round(bytes / MB);
  const [arrays, uncollected] = [shown(looks.close.arrays), shown(total(before))];
  return [{
    what: `JS heap for ${HEAP_SEATS.toLocaleString("en")} seats`,
    budget: `≤ ${shown(HEAP_MAX_BYTES)} MB`,
    measured: `${shown(most)} MB (typed arrays ${arrays}; at the first picture, uncollected, ${uncollected})`,
    verdict: verdict(most <= HEAP_MAX_BYTES),
    figures: { before, ...looks },
  }];
}

async function keptBy(stage: Stage): Promise<Heap> {
  await stage.devTools.send("HeapProfiler.collectGarbage");
  return heapOf(stage);
}

async function heapOf({ devTools }: Stage): Promise<Heap> {
  const { usedSize, backingStorageSize } = await devTools.send("Runtime.getHeapUsage");
  return { used: usedSize, arrays: backingStorageSize };
}
