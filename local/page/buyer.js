// What a buyer does over the socket: hold, give up, book.

import { stateOf } from "./seat.js";
import { clock, money, reason } from "./words.js";

export class Buyer {
  /** The payment under way, kept until it is answered: a second try must not pay twice. */
  #payment = null;

  /** `venue` gives the event on show, `say` takes a sentence and `good` or `bad`, `waiting` has the pass. */
  constructor(link, venue, say, waiting) {
    Object.assign(this, { link, venue, say, waiting });
  }

  /** Takes what is free, and gives up what is ours. Of an area it takes `quantity` places. */
  choose({ seat, table, area }, quantity) {
    const seats = table ? this.venue().chairs(table) : [seat].filter(Boolean);
    const ids = seats.map(({ id }) => id);
    const all = (state) => seats.length > 0 && seats.every((each) => stateOf(each) === state);
    if (area) this.#take("area:hold", { areaId: area.id, quantity }, `Holding ${quantity} × ${area.name}…`);
    else if (!seats.length) return;
    else if (all("available")) this.#take("seat:hold", { seatIds: ids }, `Holding ${this.venue().named(ids)}…`);
    else if (all("mine")) this.release(ids);
    else if (all("bought")) this.say(`${table?.id ?? this.venue().named(ids)} is yours already.`);
    else if (table) this.say(`${table.id}: not all of its seats are free. Choose single seats.`, "bad");
    else this.say(`${seat.id}: ${reason({ code: `seat_${seat.status}` })}`, "bad");
  }

  holdBest(quantity) {
    return this.#take("best:hold", { quantity }, "Looking for the best…");
  }

  async #take(action, fields, text) {
    const frame = await this.#ask(action, { ...fields, pass: this.waiting.pass }, text);
    if (!frame) return;
    if (frame.data?.code === "queue_required") this.waiting.refused();
    if (frame.type !== `${action}:success`) return this.say(`Not held: ${reason(frame.data)}`, "bad");
    const { heldSeats, expiresAt, currency } = frame.data;
    this.venue().currency ||= currency ?? "";
    this.venue().hold(heldSeats, expiresAt);
    this.say(`You hold ${this.venue().named(heldSeats)} until ${clock(expiresAt)}.`, "good");
  }

  async release(seatIds) {
    const frame = await this.#ask("seat:release", { seatIds }, `Giving up ${this.venue().named(seatIds)}…`);
    if (!frame) return;
    if (frame.type !== "seat:release:success") return this.say(`Not given up: ${reason(frame.data)}`, "bad");
    this.venue().release(seatIds);
    this.say(`You gave up ${this.venue().named(seatIds)}.`, "good");
  }

  async book() {
    const seatIds = this.venue().in("mine").map(({ id }) => id);
    const frame = await this.#ask("booking:confirm", { seatIds, paymentInfo: this.#pay(seatIds) }, "Booking…");
    if (!frame) return;
    if (frame.data?.code !== "no_answer") this.#payment = null;
    if (frame.type !== "booking:success") return this.say(`Not booked: ${reason(frame.data)}`, "bad");
    const { bookingId, totalAmount, currency } = frame.data;
    const booked = this.venue().named(seatIds);
    this.say(`Booked ${booked} for ${money(totalAmount, currency)}, booking ${bookingId}.`, "good");
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
