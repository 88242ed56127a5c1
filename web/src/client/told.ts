/**
 * What frames have told of seats and no reading has shown yet. A reading that began late enough has to show it: versions
 * only grow. Where it does not, the stack was set up anew.
 */
import { OLDEST_READING_MS } from "./clock.js";
import type { AvailabilityData, SeatState } from "./types.js";

/** How far apart two of the server's clocks may be. */
const SKEW_MS = 2_000;

interface Telling {
  version: number;
  /** A time of the server's by which it was committed; Infinity as long as none is known. */
  committedBy: number;
}

export class Told {
  readonly #seats = new Map<string, Telling>();

  hear(changes: readonly SeatState[]): void {
    for (const { seatId, version } of changes) {
      const known = this.#seats.get(seatId)?.version ?? 0;
      if (version > known) this.#seats.set(seatId, { version, committedBy: Infinity });
    }
  }

  /** Returns what is to be called with a time of the server's by which all that was heard until now was committed. */
  mark(): (committedBy: number) => void {
    const undated = [...this.#seats.values()].filter((each) => each.committedBy === Infinity);
    return (committedBy) => {
      for (const each of undated) each.committedBy = Math.min(each.committedBy, committedBy);
    };
  }

  /** Whether a reading of this time has to show something that none has shown yet. */
  isDue(asOf: string | null): boolean {
    const time = asOf === null ? -Infinity : Date.parse(asOf);
    return [...this.#seats.values()].some(({ committedBy }) => committedBy < time);
  }

  /** False where a reading does not show what it has to. What it shows is no longer kept. */
  isIn({ seats, asOf }: AvailabilityData): boolean {
    for (const { seatId, version } of seats) {
      const told = this.#seats.get(seatId);
      if (told && told.version <= version) this.#seats.delete(seatId);
    }
    return !this.isDue(asOf);
  }

  clear(): void {
    this.#seats.clear();
  }
}

/** By when that was committed which was heard before this reading was asked for; it may have come out of a cache. */
export function committedBy(asOf: string): number {
  return Date.parse(asOf) + OLDEST_READING_MS + SKEW_MS;
}
