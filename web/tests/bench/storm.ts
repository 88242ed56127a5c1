/** Whether the page stays fluid while seats change all the time, in the overview and with every seat on show. */
import type { Browser } from "playwright-core";
import type { SeatState } from "../../src/client/types.js";
import { INTERVAL_P95_MAX_MS, STORM_CHANGES_PER_SECOND } from "../budgets.js";
import { told } from "./moving.js";
import { spread } from "./percentiles.js";
import { verdict, type Row } from "./report.js";
import { Stage } from "./stage.js";
import { changes, hall, type Hall, type Kind } from "./venues.js";

const SEATS = 10_000;
const STORM_MS = 5_000;
/** A frame of the socket brings what has changed since the one before. */
const PUSH_MS = 20;
/** What a timer of this process may miss of the rate; with more of it missed there was no such storm. */
const SHARE_AT_LEAST = 0.95;
const TAKEN_MS = 500;

const SHOWN: Record<Kind, string> = { sections: "overview", loose: "all seats drawn" };

export async function rows(browser: Browser): Promise<Row[]> {
  return [await row(browser, "sections"), await row(browser, "loose")];
}

async function row(browser: Browser, kind: Kind): Promise<Row> {
  const venue = hall(SEATS, kind, Date.now());
  const { intervals, sent, seconds } = await Stage.with(browser, venue, (stage) => measure(stage, venue));
  const rate = sent / seconds;
  if (rate < SHARE_AT_LEAST * STORM_CHANGES_PER_SECOND) throw new Error(`only ${rate.toFixed(0)} changes a second were sent`);
  const between = spread(intervals);
  return {
    what: `${STORM_CHANGES_PER_SECOND} changes a second on 10,000 seats, ${SHOWN[kind]}: between frames`,
    budget: `p95 ≤ ${INTERVAL_P95_MAX_MS} ms`,
    measured: told(between),
    verdict: verdict(between.p95 <= INTERVAL_P95_MAX_MS),
    figures: { between, rate },
  };
}

interface Told {
  /** Of each seat, what was told of it last. */
  last: Map<string, SeatState>;
  sent: number;
  seconds: number;
}

async function measure(stage: Stage, venue: Hall): Promise<{ intervals: number[]; sent: number; seconds: number }> {
  await stage.settled();
  await stage.startRecording();
  const { last, sent, seconds } = await storm(stage, venue);
  const intervals = await stage.stopRecording();
  await stage.rest(TAKEN_MS);
  await seeThatItCame(stage, last);
  return { intervals, sent, seconds };
}

/** As many changes as the clock asks for by now, so that a late timer is made up for. */
async function storm({ server, rest }: Stage, venue: Hall): Promise<Told> {
  const source = changes(venue, Date.now());
  const last = new Map<string, SeatState>();
  const began = performance.now();
  let sent = 0;
  for (let passed = 0; passed < STORM_MS; passed = performance.now() - began) {
    const due = Math.floor((passed * STORM_CHANGES_PER_SECOND) / 1000) - sent;
    const frame = Array.from({ length: due }, () => source.next().value);
    for (const change of frame) last.set(change.seatId, change);
    if (due > 0) server.push(frame);
    sent += due;
    await rest(PUSH_MS);
  }
  return { last, sent, seconds: (performance.now() - began) / 1000 };
}

/** A page that ignores a storm is fluid too: the first group of the list has to show what was told. */
async function seeThatItCame({ page }: Stage, last: ReadonlyMap<string, SeatState>): Promise<void> {
  await page.locator('seat-map [part~="list"] [aria-expanded]').first().click();
  const shown = await page.locator("seat-map [data-seat-id]").evaluateAll((seats) => seats.map((seat) => (
    { id: seat.getAttribute("data-seat-id")!, status: seat.getAttribute("data-status") })));
  const changed = shown.filter(({ id }) => last.has(id));
  const wrong = changed.filter(({ id, status }) => status !== last.get(id)!.status);
  if (changed.length > 0 && wrong.length === 0) return;
  throw new Error(`${wrong.length} of ${changed.length} seats do not show what was told of them`);
}
