/**
 * The server's clock, as far as answers let it be known: whatever ends, ends by it, not by the device's.
 *
 * In between it is counted on by a clock that nobody can set, though some stand still while the device sleeps: the next
 * answer makes good for that.
 */

/** How fast a device's clock may run away from the server's, and what their rounding adds. */
const DRIFT = 0.0002;
const ROUNDING_MS = 2;

/** Older than this no cache lets a reading be that says of itself when it was made; twice what they are allowed. */
export const OLDEST_READING_MS = 5_000;

/** How far the server's clock is ahead of the steady one, in milliseconds: at least `low`, at most `high`. */
interface Estimate {
  low: number;
  high: number;
  best: number;
  /** By the steady clock. */
  madeAt: number;
}

export class ServerClock {
  #known: Estimate | null = null;

  /**
   * Both in milliseconds since 1970: `deviceNow` by the device's clock, `steadyNow` by one that only counts on, whatever
   * that is set to.
   */
  constructor(private readonly steadyNow: () => number, private readonly deviceNow: () => number = steadyNow) {}

  /** Milliseconds since 1970 by the server's clock; by the device's as long as nothing was heard. */
  now(): number {
    return this.#known ? this.steadyNow() + this.#known.best : this.deviceNow();
  }

  /** A time that the server read from its clock between `sentAtMs` and `receivedAtMs` by the steady one. */
  heard(serverTime: string, sentAtMs: number, receivedAtMs: number): void {
    const time = Date.parse(serverTime);
    const [low, high] = [time - receivedAtMs, time - sentAtMs];
    this.#take({ low, high, best: (low + high) / 2, madeAt: receivedAtMs });
  }

  /** The time of a reading that may come out of a cache: the server's clock has at least come so far. */
  heardAtLeast(asOf: string, sentAtMs: number, receivedAtMs: number): void {
    const time = Date.parse(asOf);
    const low = time - receivedAtMs;
    this.#take({ low, high: time - sentAtMs + OLDEST_READING_MS, best: low, madeAt: receivedAtMs });
  }

  #take(heard: Estimate): void {
    if (Number.isNaN(heard.best)) return;
    this.#known = this.#known ? choose(this.#known, heard) : heard;
  }
}

/**
 * What two estimates say together, with the narrower one's best guess; where they cannot both be true, a clock was set,
 * and the later one counts. An old estimate grows wider with time, so that a later one can take its place.
 */
function choose(known: Estimate, heard: Estimate): Estimate {
  const slack = Math.abs(heard.madeAt - known.madeAt) * DRIFT + ROUNDING_MS;
  const wide = { ...known, low: known.low - slack, high: known.high + slack };
  if (heard.low > wide.high || heard.high < wide.low) return heard;
  const low = Math.max(heard.low, wide.low);
  const high = Math.min(heard.high, wide.high);
  const narrower = heard.high - heard.low <= wide.high - wide.low ? heard : wide;
  return { low, high, best: between(narrower.best, low, high), madeAt: heard.madeAt };
}

function between(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
