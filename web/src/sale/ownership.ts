/**
 * What is this buyer's, read rather than assumed: frames and availability name nobody, so that a change of one's own seat
 * is a reason to ask, never an answer.
 */
import type { Api } from "../client/api.js";
import { nothingHeld, ofHold, type Selection } from "./selection.js";

export interface Owned {
  selection: Selection;
  /** Ids of the seats of this buyer's bookings. */
  bought: ReadonlySet<string>;
}

/** Bookings are read once, and again where `isBookingNew` says that there may be another one. */
export class Ownership {
  #bought: ReadonlySet<string> | null = null;

  constructor(private readonly api: Api, private readonly eventId: string) {}

  get bought(): ReadonlySet<string> {
    return this.#bought ?? new Set();
  }

  async read(currency: string, isBookingNew: boolean): Promise<Owned> {
    const [{ holds }, bought] = await Promise.all([
      this.api.holds(this.eventId),
      this.#bought && !isBookingNew ? this.#bought : this.#readBookings(),
    ]);
    const hold = holds.find(({ eventId }) => eventId === this.eventId);
    return { selection: hold ? ofHold(hold) : nothingHeld(currency), bought };
  }

  forget(): void {
    this.#bought = null;
  }

  /** Notes a booking that this page has made itself. */
  add(seatIds: Iterable<string>): void {
    this.#bought = new Set([...this.bought, ...seatIds]);
  }

  async #readBookings(): Promise<ReadonlySet<string>> {
    const bookings = await this.api.bookings(this.eventId);
    this.#bought = new Set(bookings.flatMap(({ seats }) => seats.map(({ seatId }) => seatId)));
    return this.#bought;
  }
}
