/**
 * What is this buyer's, read rather than assumed: frames and availability name nobody, so that a change of one's own seat
 * is a reason to ask, never an answer.
 */
import type { Api } from "../client/api.js";
import type { Booked, Booking } from "../client/types.js";
import { nothingHeld, ofHold, type Selection } from "./selection.js";

export class Ownership {
  /** Whether bookings were read at all. */
  isKnown = false;
  #bookings: readonly Booked[] = [];
  #bought: ReadonlySet<string> = new Set();

  constructor(private readonly api: Api, private readonly eventId: string) {}

  /** Ids of the seats of this buyer's bookings, as far as they were read. */
  get bought(): ReadonlySet<string> {
    return this.#bought;
  }

  async readHold(currency: string): Promise<Selection> {
    const { holds } = await this.api.holds(this.eventId);
    const hold = holds.find(({ eventId }) => eventId === this.eventId);
    return hold ? ofHold(hold) : nothingHeld(currency);
  }

  async readBookings(): Promise<void> {
    this.#know((await this.api.bookings(this.eventId)).map(ofBooking));
    this.isKnown = true;
  }

  /** Bookings that have any of these seats. */
  bookingsOf(seatIds: readonly string[]): Booked[] {
    return this.#bookings.filter((booking) => idsOf(booking).some((id) => seatIds.includes(id)));
  }

  /** Notes a booking that this page has made itself. */
  add(booking: Booked): void {
    this.#know([...this.#bookings, booking]);
  }

  #know(bookings: readonly Booked[]): void {
    this.#bookings = bookings;
    this.#bought = new Set(bookings.flatMap(idsOf));
  }
}

export function idsOf({ seats }: Pick<Booked, "seats">): string[] {
  return seats.map(({ seatId }) => seatId);
}

/** What confirming would have answered. */
function ofBooking({ bookingId, orderId, eventId, totalAmount, currency, seats, createdAt }: Booking): Booked {
  return { bookingId, orderId, eventId, status: "confirmed", totalAmount, currency, seats, createdAt };
}
