/**
 * What is this buyer's, read rather than assumed: frames and availability name nobody, so that a change of one's own seat
 * is a reason to ask, never an answer.
 */
import type { Api } from "../client/api.js";
import type { Booked, Booking } from "../client/types.js";
import { nothingHeld, ofHold, type Selection } from "./selection.js";

export class Ownership {
  #bought: ReadonlySet<string> | null = null;
  /** Bookings that were told, or were there before this page. */
  readonly #told = new Set<string>();
  #news: readonly Booked[] = [];

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
    const isFirst = !this.isKnown;
    this.#bought = new Set(bookings.flatMap(idsOf));
    const untold = bookings.filter(({ bookingId }) => !this.#told.has(bookingId));
    if (!isFirst) this.#news = [...this.#news, ...untold.map(ofBooking)];
    for (const { bookingId } of untold) this.#told.add(bookingId);
  }

  /** Bookings that the last readings have brought of these seats; each is given once. */
  news(seatIds: readonly string[]): Booked[] {
    const news = this.#news.filter((booking) => idsOf(booking).some((id) => seatIds.includes(id)));
    this.#news = [];
    return news;
  }

  forget(): void {
    this.#bought = null;
    this.#news = [];
  }

  /** Notes a booking that this page has made itself. */
  add(booking: Booked): void {
    this.#told.add(booking.bookingId);
    this.#bought = new Set([...this.bought, ...idsOf(booking)]);
  }
}

export function idsOf({ seats }: Pick<Booked, "seats">): string[] {
  return seats.map(({ seatId }) => seatId);
}

/** What confirming would have answered. */
function ofBooking({ bookingId, orderId, eventId, totalAmount, currency, seats, createdAt }: Booking): Booked {
  return { bookingId, orderId, eventId, status: "confirmed", totalAmount, currency, seats, createdAt };
}
