/** Standing room under way: how many of its places are free, and how many are this buyer's. */
import type { SeatState, SeatStatus } from "../client/types.js";
import type { PlanArea } from "./plan.js";

const PLACE = /^place_(.+)_(0|[1-9]\d*)$/;

interface Place {
  status: SeatStatus;
  version: number;
  /** Milliseconds since 1970; 0 without an end. */
  expires: number;
}

export interface AreaCounts {
  available: number;
  held: number;
  booked: number;
  blocked: number;
}

/** The area and the number that a place's id names. */
export function parsePlace(id: string): { areaId: string; number: number } | null {
  const [, areaId, number] = PLACE.exec(id) ?? [];
  return areaId === undefined ? null : { areaId, number: Number(number) };
}

export class Area {
  /** Places that are known of. There may be thousands more, which have never changed. */
  readonly #places = new Map<string, Place>();

  constructor(readonly plan: PlanArea) {}

  has(id: string): boolean {
    const place = parsePlace(id);
    return place?.areaId === this.plan.id && place.number < this.plan.capacity;
  }

  apply(state: SeatState): boolean {
    const known = this.#places.get(state.seatId);
    if (known && known.version > state.version) return false;
    const expires = state.holdExpiresAt ? Date.parse(state.holdExpiresAt) : 0;
    if (known && known.version === state.version && known.status === state.status && known.expires === expires) return false;
    this.#places.set(state.seatId, { status: state.status, version: state.version, expires });
    return true;
  }

  /** What a place is; one that never changed is `available`. */
  status(id: string): SeatStatus {
    return this.#places.get(id)?.status ?? "available";
  }

  /** Frees the places whose hold is over. True where there was one. */
  tick(nowMs: number): boolean {
    let freed = false;
    for (const place of this.#places.values()) {
      if (place.status !== "held" || place.expires === 0 || place.expires > nowMs) continue;
      place.status = "available";
      freed = true;
    }
    return freed;
  }

  /** The earliest end of a hold, in milliseconds since 1970; Infinity without one. */
  nextEnd(): number {
    const ends = [...this.#places.values()].filter(({ status, expires }) => status === "held" && expires > 0);
    return ends.reduce((earliest, { expires }) => Math.min(earliest, expires), Infinity);
  }

  /** How many places are in each state; what has no price is not for sale wherever nobody has it. */
  counts(isForSale: boolean): AreaCounts {
    const counts: AreaCounts = { available: this.plan.capacity - this.#places.size, held: 0, booked: 0, blocked: 0 };
    for (const { status } of this.#places.values()) counts[status] += 1;
    if (!isForSale) {
      counts.blocked += counts.available;
      counts.available = 0;
    }
    return counts;
  }
}
