// One event's seats as this page knows them, and its areas with the places that have ever changed.

import { Area } from "./area.js";
import { readSeat, stateOf, untouched } from "./seat.js";

/** What a seat was before, on its way from free to booked. */
const BEFORE = { held: "available", booked: "held" };

export class Venue {
  name = "";
  /** The layout and its version, as `id/version`. */
  plan = "";
  width = 1;
  height = 1;
  currency = "";
  ready = false;
  seats = new Map();
  categories = new Map();
  items = [];
  areas = [];
  /** Seats that changed a moment ago, and when. */
  recent = new Map();
  #early = [];

  /**
   * `changed` is told whenever there is something new to show; `heldBySomeone` and `bookedBySomeone` when a seat was
   * held or booked that this page did not ask for.
   */
  constructor(eventId, { changed = () => {}, heldBySomeone = () => {}, bookedBySomeone = () => {} } = {}) {
    Object.assign(this, { eventId, changed, heldBySomeone, bookedBySomeone });
  }

  /** What is known may be wrong from now on; changes wait until all is read anew. */
  reopen() {
    this.ready = false;
    this.#early = [];
  }

  /** Whether it has the plan that an availability is of. */
  isOf({ layoutId, layoutVersion }) {
    return this.ready && this.plan === `${layoutId}/${layoutVersion}`;
  }

  /** Takes a plan and an availability as all that is known. True where the plan is another one than before. */
  load({ layout, seats, items = [], areas = [] }, availability) {
    const before = this.plan;
    this.plan = `${availability.layoutId}/${availability.layoutVersion}`;
    this.name = layout.name;
    this.width = layout.canvasW;
    this.height = layout.canvasH;
    this.items = items.filter((item) => item.pos && item.size);
    this.categories = new Map(layout.categories.map((category) => [category.id, category]));
    this.seats = new Map(seats.map((raw) => [raw.id, readSeat(raw, this.categories)]));
    this.areas = areas.map((raw) => new Area(raw, this.categories));
    this.tables().forEach((table) => this.#turnChairs(table));
    this.recent.clear();
    this.#price(availability);
    for (const state of availability.seats) write(this.seat(state.seatId) ?? {}, state);
    this.ready = true;
    this.#early.splice(0).forEach((change) => this.apply(change));
    this.changed();
    return this.plan !== before;
  }

  /** A change that a frame tells of. */
  apply(change) {
    if (!this.ready) return this.#early.push(change);
    const seat = this.seat(change.seatId);
    if (seat && change.version > seat.version) this.#step(seat, change);
  }

  /** An availability, or a part of one out of a frame, which has no prices. */
  take({ categories, currency, seats, asOf }) {
    if (!this.ready) return;
    if (categories) this.#price({ categories, currency });
    for (const state of seats) {
      const seat = this.seat(state.seatId);
      if (!seat || state.version < seat.version) continue;
      if (state.version > seat.version || isNews(seat, state, asOf)) this.#step(seat, state);
    }
    this.changed();
  }

  /** Prices may change while the event is on sale, and say of a seat that nobody ever had whether it is for sale. */
  #price({ categories, currency }) {
    this.currency = currency ?? this.currency;
    categories.forEach(({ id, price = null }) => Object.assign(this.categories.get(id) ?? {}, { price }));
    for (const seat of this.seats.values()) {
      if (seat.version === 0) seat.status = untouched(seat.category);
    }
  }

  #step(seat, change) {
    // Ours stays ours only from our own hold on; any other step means that it went through other hands.
    const isNextStep = change.version === seat.version + 1 && BEFORE[change.status] === seat.status;
    write(seat, change);
    seat.mine &&= isNextStep;
    if (change.status === "held" && !seat.mine) this.heldBySomeone();
    // Whose hold became a booking is known; one that comes out of nothing may be ours from before, or from a terminal.
    if (change.status === "booked" && !seat.mine && !isNextStep) this.bookedBySomeone();
    // A place has no spot of its own on the map: its area counts it.
    if (!seat.area) this.recent.set(seat, performance.now());
    this.changed();
  }

  hold(ids, expires) {
    this.#each(ids, (seat) => Object.assign(seat, { mine: true, expires: expires ?? seat.expires }));
  }

  release(ids) {
    this.#each(ids, (seat) => {
      seat.mine = false;
      if (seat.status === "held") seat.status = "available";
    });
  }

  /** Marks as ours what is held, or booked, already. */
  claim(ids, status, expires) {
    this.#each(ids, (seat) => {
      if (seat.status === status) Object.assign(seat, { mine: true, expires: expires ?? seat.expires });
    });
  }

  /** The seat or the place with this id. */
  seat(id) {
    return this.seats.get(id) ?? this.areas.map((area) => area.place(id)).find(Boolean);
  }

  /** Seats in a state, and places that have ever changed. */
  in(state) {
    const places = this.areas.flatMap((area) => [...area.places.values()]);
    return [...this.seats.values(), ...places].filter((seat) => stateOf(seat) === state);
  }

  /** Seats in words; places by their area, since their numbers say nothing. */
  named(ids) {
    const seats = ids.filter((id) => this.seats.has(id));
    const places = this.areas.map((area) => [ids.filter((id) => area.place(id)).length, area.name]);
    const told = places.filter(([count]) => count > 0).map(([count, name]) => `${count} × ${name}`);
    return [...(seats.length > 3 ? [`${seats.length} seats`] : seats), ...told].join(", ");
  }

  tables() {
    return this.items.filter((item) => item.type === "table");
  }

  chairs(table) {
    return Array.from({ length: table.sc ?? 0 }, (_, n) => this.seats.get(`seat_${table.id}_${n}`)).filter(Boolean);
  }

  /** Chairs come without a rotation of their own: turn them to their table. */
  #turnChairs(table) {
    const [x, y] = [table.pos.x + table.size.x / 2, table.pos.y + table.size.y / 2];
    for (const chair of this.chairs(table)) {
      const distance = Math.hypot(x - chair.x, y - chair.y);
      if (!chair.sin && distance > 0) {
        Object.assign(chair, { sin: (x - chair.x) / distance, cos: (chair.y - y) / distance });
      }
    }
  }

  #each(ids, change) {
    ids.map((id) => this.seat(id)).filter(Boolean).forEach(change);
    this.changed();
  }
}

function write(seat, { status, version, holdExpiresAt = null }) {
  Object.assign(seat, { status, version, expires: holdExpiresAt });
}

/**
 * Whether an availability says something new at the version that is known. Without a change of its own a seat can only
 * come free, when its hold is over, or go in and out of sale, with its price. Of a seat that we hold it may be from
 * before, unless our hold was over by then.
 */
function isNews(seat, { status }, asOf) {
  if (status !== "available" && status !== "blocked") return false;
  return seat.mine ? Date.parse(seat.expires) <= Date.parse(asOf) : status !== seat.status;
}
