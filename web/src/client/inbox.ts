/** News that cannot be shown yet: the plan is on its way, or somebody wants the picture to stand still. */
import type { AvailabilityData, SeatState } from "./types.js";

export interface Reader {
  take(availability: AvailabilityData): void;
  apply(changes: readonly SeatState[]): void;
}

export class Inbox {
  #availability: AvailabilityData | null = null;
  /** By seat, so that an hour of waiting fills no memory. */
  readonly #changes = new Map<string, SeatState>();

  put(availability: AvailabilityData): void {
    this.#availability = availability;
  }

  add(changes: readonly SeatState[]): void {
    for (const change of changes) {
      const known = this.#changes.get(change.seatId);
      if (!known || known.version <= change.version) this.#changes.set(change.seatId, change);
    }
  }

  empty(reader: Reader): void {
    const [availability, changes] = [this.#availability, [...this.#changes.values()]];
    this.#availability = null;
    this.#changes.clear();
    if (availability) reader.take(availability);
    if (changes.length) reader.apply(changes);
  }
}
