// How a venue is kept true: its plan is read once, and its availability again and again, mostly to hear that nothing is
// new. In between the socket's frames tell what changes.

import { dataOf } from "./http.js";
import { reason } from "./words.js";

const CATCH_UP_MS = 1_000; // As long as an answer may be cached.
const HEAL_MS = 60_000;
const RETRY_MS = 3_000;

export const planPath = (plan) => `/seat-booking/plans/${plan.split("/").map(encodeURIComponent).join("/")}`;
export const availabilityPath = (eventId) => `/seat-booking/availability/${encodeURIComponent(eventId)}`;

export class Follower {
  /** The answer to the join, once it comes. */
  #joining = null;
  /** Of the availability that the venue has. */
  #etag = null;

  /**
   * Follows until `signal` ends it. `join` asks for frames and resolves with the frame that answers. `loaded` is told
   * when the venue was read as a whole, and whether its plan is another one; `told` gets what went wrong with each
   * reading, or null.
   */
  constructor(venue, { signal, join, loaded, told }) {
    Object.assign(this, { venue, signal, join, loaded, told });
  }

  async run() {
    this.venue.reopen();
    while (!this.signal.aborted) await pause(await this.#turn(), this.signal);
  }

  /** Reads once, and resolves with the time until the next reading. */
  async #turn() {
    try {
      this.#joining ??= this.join();
      const asOf = await this.#read();
      const { type, data } = await this.#joining;
      if (type !== "joined") throw new Error(reason(data));
      if (!this.signal.aborted) this.told(null);
      return pace(data, asOf);
    } catch (error) {
      // Joining twice does no harm, and a socket that has lost its join would follow nothing.
      this.#joining = null;
      if (!this.signal.aborted) this.told(error);
      return RETRY_MS;
    }
  }

  /** Brings the venue up to date; resolves with the time that the availability is of. */
  async #read() {
    // Once it is stale, the browser asks with its ETag; what has not changed comes out of the cache with the new time.
    const answer = await fetch(availabilityPath(this.venue.eventId), { signal: this.signal });
    const etag = answer.headers.get("etag");
    if (answer.ok && etag && etag === this.#etag) {
      await answer.body?.cancel();
    } else {
      const availability = await dataOf(answer);
      if (this.venue.isOf(availability)) this.venue.take(availability);
      else await this.#load(availability);
      this.#etag = etag;
    }
    return answer.headers.get("holdfast-as-of");
  }

  async #load(availability) {
    this.#etag = null;
    // Under way frames may tell of seats that only the new plan has: they wait for it, and what came before they did is
    // caught up with, as after any join.
    if (this.venue.ready) {
      this.venue.reopen();
      this.#joining = this.join();
    }
    // A plan never changes, but a stack that was reset gives its name to another one.
    const path = planPath(`${availability.layoutId}/${availability.layoutVersion}`);
    const plan = await dataOf(await fetch(path, { cache: "no-cache", signal: this.signal }));
    this.signal.throwIfAborted();
    this.loaded(this.venue.load(plan, availability));
  }
}

/** Frames are complete from `at` on. Whatever the stream drops heals with the next reading. */
function pace({ at, follow, pollMs }, asOf) {
  if (!(Date.parse(asOf) > Date.parse(at))) return CATCH_UP_MS;
  if (follow === "availability") return pollMs;
  return HEAL_MS * (0.8 + Math.random() * 0.4);
}

/** Waits that long, and on while nobody looks; ends at once when somebody looks again. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const seen = () => {
      if (document.hidden && !signal.aborted) return;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      signal.removeEventListener("abort", seen);
      resolve();
    };
    const timer = setTimeout(seen, ms);
    document.addEventListener("visibilitychange", seen);
    signal.addEventListener("abort", seen);
    if (signal.aborted) seen();
  });
}
