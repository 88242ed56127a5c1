/** What a map leaves behind in the page that it was taken out of, and that other words change every text. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { en } from "../words/en.js";
import { venueOf } from "./fixture.js";
import { MapView } from "./map-view.js";
import { light } from "./theme.js";

/** Knows how many listen to it. */
class Heard extends EventTarget {
  listening = 0;

  override addEventListener(type: string, run: EventListener, options: AddEventListenerOptions = {}): void {
    super.addEventListener(type, run, options);
    if (options.signal?.aborted) return;
    this.listening += 1;
    options.signal?.addEventListener("abort", () => (this.listening -= 1));
  }
}

/** What little of a node the map needs. */
class FakeNode extends EventTarget {
  readonly clientWidth = 400;
  readonly clientHeight = 300;
  readonly style = { setProperty() {} };
  readonly classList = { toggle() {} };

  constructor(readonly ownerDocument: Page) {
    super();
  }

  setAttribute() {}
  append() {}
  remove() {}
  getContext() {
    return penThatTells(this, this.ownerDocument.written);
  }
}

/** Draws nothing, and keeps what was written. */
function penThatTells(canvas: FakeNode, written: string[]): object {
  const known: Record<string, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: text.length }),
    fillText: (text: string) => written.push(text),
  };
  return new Proxy(known, { get: (_, name: string) => known[name] ?? (() => {}) });
}

class Page extends Heard {
  readonly written: string[] = [];
  createElement = (): FakeNode => new FakeNode(this);
}

class Image {
  readonly data: Uint8ClampedArray;
  constructor(readonly width: number, readonly height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

/** All of a browser that can hold on to a map. */
class Browser {
  readonly page = new Page();
  readonly screen = new Heard();
  readonly frames = new Map<number, FrameRequestCallback>();
  readonly watched = new Set<unknown>();

  constructor(context: TestContext) {
    const { screen, frames, watched } = this;
    let last = 0;
    class ResizeObserver {
      observe = (node: unknown) => void watched.add(node);
      disconnect = () => watched.clear();
    }
    const globals = {
      ResizeObserver,
      devicePixelRatio: 1,
      ImageData: Image,
      matchMedia: () => Object.assign(screen, { matches: false }),
      requestAnimationFrame: (run: FrameRequestCallback) => (frames.set((last += 1), run), last),
      cancelAnimationFrame: (frame: number) => void frames.delete(frame),
    };
    for (const [name, value] of Object.entries(globals)) {
      const before = Object.getOwnPropertyDescriptor(globalThis, name);
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      context.after(() => {
        if (before) Object.defineProperty(globalThis, name, before);
        else Reflect.deleteProperty(globalThis, name);
      });
    }
  }

  map(): MapView {
    const host = new FakeNode(this.page) as unknown as HTMLElement;
    const listener = { chosen() {}, approached() {}, pointed() {} };
    return new MapView(host, { venue: venueOf(), theme: light, words: en, locale: "en", ...listener });
  }

  /** Lets one frame be drawn, and says what was written in it. */
  draw(): string[] {
    const runs = [...this.frames.values()];
    this.frames.clear();
    this.page.written.length = 0;
    for (const run of runs) run(performance.now());
    return [...this.page.written];
  }

  /** How much of the browser refers to a map: listeners, frames to come, sizes that are watched. */
  get holds(): number[] {
    return [this.page.listening, this.screen.listening, this.frames.size, this.watched.size];
  }
}

test("nothing of the page refers to a map that rests, whatever is asked of it; awake it is as before", (context) => {
  const browser = new Browser(context);
  const map = browser.map();
  assert.deepEqual(browser.holds, [1, 1, 1, 1]);
  map.rest();
  map.setFocus(1);
  map.changed({ all: true, seats: new Set(), areas: true });
  map.resized();
  assert.deepEqual(browser.holds, [0, 0, 0, 0]);
  map.wake();
  map.wake();
  assert.deepEqual(browser.holds, [1, 1, 1, 1]);
  map.destroy();
  assert.deepEqual(browser.holds, [0, 0, 0, 0]);
});

test("a map may rest in the midst of waiting for its next frame", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const browser = new Browser(context);
  const map = browser.map();
  map.panBy(10, 0);
  browser.draw();
  map.rest();
  context.mock.timers.tick(60_000);
  assert.deepEqual(browser.holds, [0, 0, 0, 0]);
});

test("other words and another locale are written at once, everywhere", (context) => {
  const browser = new Browser(context);
  const map = browser.map();
  assert.ok(browser.draw().includes("100 free"));
  map.setWords({ ...en, freeCount: (count) => `${count} frei` }, "ar-EG");
  const written = browser.draw();
  assert.ok(written.includes("\u0661\u0660\u0660 frei"), written.join());
  assert.deepEqual(written.filter((text) => text.includes("free")), []);
});
