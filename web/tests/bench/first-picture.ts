/** From the data to the first picture: of sections, and of every seat where a venue has none. */
import type { Browser } from "playwright-core";
import { FIRST_PICTURE_MAX_MS } from "../budgets.js";
import { median } from "./percentiles.js";
import { verdict, type Row } from "./report.js";
import { Stage, type FirstPicture } from "./stage.js";
import { hall, type Kind } from "./venues.js";

const RUNS = 3;
const SHOWN: Record<Kind, string> = { sections: "overview", loose: "all seats" };

export async function rows(browser: Browser): Promise<Row[]> {
  const measured: Row[] = [];
  for (const [seats, maxMs] of FIRST_PICTURE_MAX_MS) {
    for (const kind of ["sections", "loose"] as const) measured.push(await row(browser, seats, kind, maxMs));
  }
  return measured;
}

/** Each run in a new window, so that nothing is warm. What counts is the later time: when the frame was done. */
async function row(browser: Browser, seats: number, kind: Kind, maxMs: number): Promise<Row> {
  const venue = hall(seats, kind, Date.now());
  const runs: FirstPicture[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await Stage.with(browser, venue, (stage) => stage.firstPicture()));
  const typical = (what: keyof FirstPicture) => Math.round(median(runs.map((each) => each[what])));
  const shownMs = typical("shownMs");
  return {
    what: `first picture of ${seats.toLocaleString("en")} seats: ${SHOWN[kind]}`,
    budget: `≤ ${maxMs.toLocaleString("en")} ms`,
    measured: `${shownMs} ms (drawn after ${typical("ms")}; ${typical("answeredMs")} with reading the answer)`,
    verdict: verdict(shownMs <= maxMs),
    figures: { runs },
  };
}
