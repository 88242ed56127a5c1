/** A page with the element in it, in a window of its own, and what is measured inside of it. */
import type { Browser, BrowserContextOptions, CDPSession, Page } from "playwright-core";
import type { SeatMap } from "../../src/index.js";
import { VIEWPORT } from "./conditions.js";
import { ADDRESS, Server } from "./server.js";
import type { Hall } from "./venues.js";

const WINDOW: BrowserContextOptions = { viewport: VIEWPORT, reducedMotion: "no-preference", colorScheme: "light" };
const READY_MS = 30_000;
const LIVE_MS = 10_000;
const STILL_MS = 600;

/**
 * Notes every frame of the page: `time` is what the browser says of it, `at` when its callbacks ran. `__name` is what the
 * compiler of the bench leaves in functions for pages.
 */
const RECORDER = `
  globalThis.__name = (value) => value;
  globalThis.frames = [];
  globalThis.isRecording = true;
  globalThis.record = () => requestAnimationFrame((time) => {
    frames.push({ time, at: performance.now() });
    if (isRecording) record();
  });
  record();
`;

interface Recorder {
  frames: { time: number; at: number }[];
  isRecording: boolean;
  record(): void;
}

export interface FirstPicture {
  /** From the data to the first picture, as the element itself notes it in the browser's timeline. */
  ms: number;
  /** Until the browser was done with that frame: its next one has begun. */
  shownMs: number;
  /** From the answer's last byte, so that reading it as JSON is counted. */
  answeredMs: number;
}

export class Stage {
  private constructor(readonly page: Page, readonly server: Server, readonly devTools: CDPSession) {}

  /** Calls `measure` with a page on which the element is ready, and closes the page in any case. */
  static async with<Measured>(browser: Browser, hall: Hall, measure: (stage: Stage) => Promise<Measured>): Promise<Measured> {
    const context = await browser.newContext(WINDOW);
    try {
      const page = await context.newPage();
      const stage = new Stage(page, new Server(hall), await context.newCDPSession(page));
      await stage.server.serve(context);
      await page.addInitScript({ content: RECORDER });
      await page.goto(ADDRESS);
      await stage.#ready();
      return await measure(stage);
    } finally {
      await context.close();
    }
  }

  /** The page's frames are noted from the beginning; this is to be asked first. */
  async firstPicture(): Promise<FirstPicture> {
    await this.page.waitForFunction(() => {
      const measure = performance.getEntriesByName("seat-map:first-picture")[0];
      const { frames } = globalThis as unknown as Recorder;
      return measure && frames.at(-1)!.at > measure.startTime + measure.duration;
    });
    return this.page.evaluate(() => {
      const { startTime, duration } = performance.getEntriesByName("seat-map:first-picture")[0]!;
      const plan = performance.getEntriesByType("resource").find(({ name }) => name.includes("/plans/")) as PerformanceResourceTiming;
      const { frames } = globalThis as unknown as Recorder;
      const shown = frames.find(({ at }) => at > startTime + duration)!.at;
      return { ms: duration, shownMs: shown - startTime, answeredMs: shown - plan.responseEnd };
    });
  }

  /** Waits until the element is live and has nothing left to do. */
  async settled(): Promise<void> {
    await this.stopRecording();
    const deadline = Date.now() + LIVE_MS;
    while (!(this.server.isJoined && this.server.readings > 1)) {
      if (Date.now() > deadline) throw new Error("the element did not join, or did not catch up");
      await this.rest(50);
    }
    await this.rest(STILL_MS);
  }

  startRecording(): Promise<void> {
    return this.page.evaluate(() => {
      const recorder = globalThis as unknown as Recorder;
      recorder.frames = [];
      recorder.isRecording = true;
      recorder.record();
    });
  }

  /** Answers with the milliseconds between one frame and the next. */
  stopRecording(): Promise<number[]> {
    return this.page.evaluate(() => {
      const recorder = globalThis as unknown as Recorder;
      recorder.isRecording = false;
      return recorder.frames.slice(1).map(({ time }, n) => time - recorder.frames[n]!.time);
    });
  }

  rest(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Of the canvas that takes the pointer, in the viewport. */
  async mapBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.page.locator('seat-map [part~="map"]').boundingBox();
    if (!box) throw new Error("there is no map");
    return box;
  }

  async #ready(): Promise<void> {
    await this.page.evaluate(async (patienceMs) => {
      await customElements.whenDefined("seat-map");
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error("the element does not become ready")), patienceMs));
      await Promise.race([document.querySelector<SeatMap>("seat-map")!.ready, late]);
    }, READY_MS);
  }
}
