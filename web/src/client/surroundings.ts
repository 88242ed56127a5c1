/** What the client needs of the world: time, chance, and the page's own events. Tests bring their own. */

export interface Clockwork {
  /** Milliseconds since 1970, about. Only counts on: setting the device's clock changes nothing. */
  now(): number;
  /** Milliseconds since 1970 by the device's clock, which may be set at any time. */
  deviceNow(): number;
  /** Runs something once, later. Returns what calls it off. */
  after(ms: number, run: () => void): () => void;
  /** From 0 to 1, without 1. */
  random(): number;
}

/** `seen`: the page is looked at again; `frozen`, `restored`: it went into the back/forward cache, came out of it. */
export type PageEvent = "online" | "offline" | "seen" | "frozen" | "restored";

export interface Page {
  isOnline(): boolean;
  isHidden(): boolean;
  /** Returns what ends it. */
  on(event: PageEvent, run: () => void): () => void;
}

/** Timers hold a 32-bit number: anything longer would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const realTime: Clockwork = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  deviceNow: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

type Source = "window" | "document";

/** Where each event is heard, and when it counts. */
const HEARD: Record<PageEvent, { source: Source; type: string; counts(event: Event): boolean }> = {
  online: { source: "window", type: "online", counts: () => true },
  offline: { source: "window", type: "offline", counts: () => true },
  seen: { source: "document", type: "visibilitychange", counts: () => !document.hidden },
  frozen: { source: "window", type: "pagehide", counts: (event) => (event as PageTransitionEvent).persisted },
  restored: { source: "window", type: "pageshow", counts: (event) => (event as PageTransitionEvent).persisted },
};

/** The page in a browser. Elsewhere nothing ever happens, and somebody always looks. */
export const realPage: Page = {
  isOnline: () => globalThis.navigator?.onLine !== false,
  isHidden: () => globalThis.document?.hidden === true,
  on(event, run) {
    const { source, type, counts } = HEARD[event];
    const target = source === "window" ? globalThis.window : globalThis.document;
    const heard = (each: Event) => {
      if (counts(each)) run();
    };
    target?.addEventListener(type, heard);
    return () => target?.removeEventListener(type, heard);
  },
};
