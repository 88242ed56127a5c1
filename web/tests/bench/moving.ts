/** What a frame costs while a hand moves the map: wheel and drag, sent as a mouse would, and drawn sharp in between. */
import type { Browser } from "playwright-core";
import { INTERVAL_P95_MAX_MS, WORK_MEDIAN_MAX_MS, WORK_P95_MAX_MS } from "../budgets.js";
import { spread, type Spread } from "./percentiles.js";
import { verdict, type Row } from "./report.js";
import { Stage } from "./stage.js";
import { BEGIN_MARK, CATEGORIES, END_MARK, framesOf, type FrameWork, type TraceEvent } from "./trace.js";
import { hall, type Kind } from "./venues.js";

const SEATS = 10_000;
/** About as many frames: a second and a half of wheel brings the map twelve times closer, a second of drag across it. */
const WHEEL_STEPS = 90;
const WHEEL_PX = 11;
const DRAG_STEPS = 60;
const FRAME_MS = 16;
/** Longer than the map waits until it takes the hand to be at rest, and draws sharp. */
const REST_MS = 200;
/** One callback of each frame is the recorder's; a frame with no other had nothing to draw. */
const RECORDER = 1;

const SHOWN: Record<Kind, string> = { sections: "with sections", loose: "all seats drawn" };

export async function rows(browser: Browser): Promise<Row[]> {
  return [...(await rowsOf(browser, "sections")), ...(await rowsOf(browser, "loose"))];
}

async function rowsOf(browser: Browser, kind: Kind): Promise<Row[]> {
  const { work, intervals } = await Stage.with(browser, hall(SEATS, kind, Date.now()), (stage) => measure(browser, stage));
  const busy = work.filter(({ callbacks }) => callbacks > RECORDER);
  const [wall, cpu] = (["wall", "cpu"] as const).map((clock) => spread(busy.map((frame) => frame[clock]))) as [Spread, Spread];
  const between = spread(intervals);
  const what = `pan and zoom of 10,000 seats, ${SHOWN[kind]}`;
  return [{
    what: `${what}: main thread a frame`,
    budget: `median ≤ ${WORK_MEDIAN_MAX_MS} ms, p95 ≤ ${WORK_P95_MAX_MS} ms`,
    measured: `${told(wall)}; on the processor ${cpu.median.toFixed(1)}, ${cpu.p95.toFixed(1)}, ${cpu.most.toFixed(1)}`,
    verdict: verdict(wall.median <= WORK_MEDIAN_MAX_MS && wall.p95 <= WORK_P95_MAX_MS),
    figures: { wall, cpu, idleFrames: work.length - busy.length },
  }, {
    what: `${what}: between frames`,
    budget: `p95 ≤ ${INTERVAL_P95_MAX_MS} ms`,
    measured: told(between),
    verdict: verdict(between.p95 <= INTERVAL_P95_MAX_MS),
    figures: { between },
  }];
}

export function told({ median, p95, most }: Spread): string {
  return `median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, most ${most.toFixed(1)} ms`;
}

/** Under a trace, which has its own price: without it, it would be a little less. */
async function measure(browser: Browser, stage: Stage): Promise<{ work: FrameWork[]; intervals: number[] }> {
  await stage.settled();
  await browser.startTracing(stage.page, { categories: CATEGORIES });
  await stage.startRecording();
  await mark(stage, BEGIN_MARK);
  await move(stage);
  await mark(stage, END_MARK);
  const intervals = await stage.stopRecording();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return { work: framesOf(trace.traceEvents), intervals };
}

async function mark(stage: Stage, name: string): Promise<void> {
  await stage.page.evaluate((text) => void performance.mark(text), name);
}

/** A drag that makes the wheel the map's, closer, drags over what is close, and back to all of it. */
async function move(stage: Stage): Promise<void> {
  const { x, y, width, height } = await stage.mapBox();
  const at = { x: x + width / 2, y: y + height * 0.3 };
  await drag(stage, at, { x: 20, y: 10 });
  await wheel(stage, at, -WHEEL_PX);
  await drag(stage, at, { x: width * 0.4, y: height * 0.3 });
  await drag(stage, at, { x: -width * 0.4, y: height * 0.2 });
  await wheel(stage, at, WHEEL_PX);
}

/** Sent at the pace of frames, whether or not the page has taken the last one: that waits for two frames each time. */
async function wheel({ page, rest }: Stage, at: { x: number; y: number }, deltaY: number): Promise<void> {
  await page.mouse.move(at.x, at.y);
  const sent: Promise<void>[] = [];
  for (let step = 0; step < WHEEL_STEPS; step += 1) {
    sent.push(page.mouse.wheel(0, deltaY));
    await rest(FRAME_MS);
  }
  await Promise.all(sent);
  await rest(REST_MS);
}

/** Each step is sent when the page has taken the last one, which is once a frame. */
async function drag({ page, rest }: Stage, from: { x: number; y: number }, by: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: DRAG_STEPS });
  await page.mouse.up();
  await rest(REST_MS);
}
