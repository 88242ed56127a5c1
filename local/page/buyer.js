// What a buyer does over the socket: hold, give up, book.

import { stateOf } from "./venue.js";
import { clock, money, named, reason } from "./words.js";

export class Buyer {
  /** The payment under way, kept until it is answered: a second try must not pay twice. */
  #payment = null;

  /** `venue` gives the event on show, `say` takes a sentence and `good` or `bad`. */
  constructor(link, venue, say) {
    Object.assign(this, { link, venue, say });
  }

  /** Takes what is free, and gives up what is ours. */
  choose({ seat, table }) {
    const seats = table ? this.venue().chairs(table) : [seat].filter(Boolean);
    const ids = seats.map(({ id }) => id);
    const all = (state) => seats.length > 0 && seats.every((each) => stateOf(each) === state);
    if (!seats.length) return;
    if (all("available")) this.hold(ids);
    else if (all("mine")) this.release(ids);
    else if (all("bought")) this.say(`${table?.id ?? named(ids)} is yours already.`);
    else if (table) this.say(`${table.id}: not all of its seats are free. Choose single seats.`, "bad");
    else this.say(`${seat.id}: ${reason({ code: `seat_${seat.status}` })}`, "bad");
  }

  async hold(seatIds) {
    const frame = await this.#ask("seat:hold", { seatIds }, `Holding ${named(seatIds)}…`);
    if (!frame) return;
    if (frame.type !== "seat:hold:success") return this.say(`Not held: ${reason(frame.data)}`, "bad");
    const { expiresAt, currency } = frame.data;
    this.venue().currency ||= currency ?? "";
    this.venue().hold(seatIds, expiresAt);
    this.say(`You hold ${named(seatIds)} until ${clock(expiresAt)}.`, "good");
  }

  async release(seatIds) {
    const frame = await this.#ask("seat:release", { seatIds }, `Giving up ${named(seatIds)}…`);
    if (!frame) return;
    if (frame.type !== "seat:release:success") return this.say(`Not given up: ${reason(frame.data)}`, "bad");
    this.venue().release(seatIds);
    this.say(`You gave up ${named(seatIds)}.`, "good");
  }

  async book() {
    const seatIds = this.venue().in("mine").map(({ id }) => id);
    const frame = await this.#ask("booking:confirm", { seatIds, paymentInfo: this.#pay(seatIds) }, "Booking…");
    if (!frame) return;
    if (frame.data?.code !== "no_answer") this.#payment = null;
    if (frame.type !== "booking:success") return this.say(`Not booked: ${reason(frame.data)}`, "bad");
    const { bookingId, totalAmount, currency } = frame.data;
    this.say(`Booked ${named(seatIds)} for ${money(totalAmount, currency)}, booking ${bookingId}.`, "good");
  }

  #pay(seatIds) {
    const order = JSON.stringify([this.venue().eventId, ...seatIds]);
    if (this.#payment?.order !== order) this.#payment = { order, transactionId: `demo_${randomHex(12)}` };
    return { transactionId: this.#payment.transactionId, gateway: "demo" };
  }

  /** The answering frame, unless another event was chosen meanwhile. */
  async #ask(action, fields, text) {
    const venue = this.venue();
    this.say(text);
    const frame = await this.link.ask(action, { eventId: venue.eventId, ...fields });
    return venue === this.venue() ? frame : null;
  }
}

// crypto.randomUUID is missing where the page is not on localhost or HTTPS.
function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
