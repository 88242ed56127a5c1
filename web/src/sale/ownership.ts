/**
 * What is this buyer's, read rather than assumed: frames and availability name nobody, so that a change of one's own seat
 * is a reason to ask, never an answer.
 */
import type { Api } from "../client/api.js";
import { nothingHeld, ofHold, type Selection } from "./selection.js";

export class Ownership {
  #bought: ReadonlySet<string> | null = null;

  constructor(private readonly api: Api, private readonly eventId: string) {}

  /** Ids of the seats of this buyer's bookings, as far as they were read. */
  get bought(): ReadonlySet<string> {
    return this.#bought ?? new Set();
  }

  /** Whether bookings were read at all. */
  get isKnown(): boolean {
    return this.#bought !== null;
  }

  async readHold(currency: string): Promise<Selection> {
    const { holds } = await this.api.holds(this.eventId);
    const hold = holds.find(({ eventId }) => eventId === this.eventId);
    return hold ? ofHold(hold) : nothingHeld(currency);
  }

  async readBookings(): Promise<void> {
    const bookings = await this.api.bookings(this.eventId);
    this.#bought = new Set(bookings.flatMap(({ seats }) => seats.map(({ seatId }) => seatId)));
  }

  forget(): void {
    this.#bought = null;
  }

  /** Notes a booking that this page has made itself. */
  add(seatIds: Iterable<string>): void {
    this.#bought = new Set([...this.bought, ...seatIds]);
  }
}
