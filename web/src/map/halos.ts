/** Rings around seats that changed a moment ago: which there are, and how each looks by now. */

const HALO_MS = 1_100;
/** More of them would be noise; the newest are shown. */
const HALOS_MAX = 150;

export interface Halo {
  seat: number;
  /** From 0, just changed, to 1. */
  age: number;
}

export class Halos {
  readonly #since = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#since.size === 0;
  }

  add(seats: Iterable<number>, now: number): void {
    for (const seat of seats) {
      this.#since.delete(seat);
      this.#since.set(seat, now);
    }
    for (const seat of this.#since.keys()) {
      if (this.#since.size <= HALOS_MAX) break;
      this.#since.delete(seat);
    }
  }

  /** Those that are still seen; what is over is forgotten. */
  at(now: number): Halo[] {
    for (const [seat, since] of this.#since) if (now - since >= HALO_MS) this.#since.delete(seat);
    return [...this.#since].map(([seat, since]) => ({ seat, age: Math.max(0, now - since) / HALO_MS }));
  }

  clear(): void {
    this.#since.clear();
  }
}
