// One event's seats as this page knows them, and its areas with the places that have ever changed.

import { Area } from "./area.js";
import { readSeat, stateOf } from "./seat.js";

/** What a seat was before, on its way from free to booked. */
const BEFORE = { held: "available", booked: "held" };

export class Venue {
  name = "";
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

  /** Forgets what was known; changes wait until the layout is there. */
  reopen() {
    this.ready = false;
    this.#early = [];
  }

  load({ layout, seats, items = [], areas = [], currency }) {
    this.name = layout.name;
    this.width = layout.canvasW;
    this.height = layout.canvasH;
    this.currency = currency ?? layout.currency ?? this.currency;
    this.items = items.filter((item) => item.pos && item.size);
    this.categories = new Map(layout.categories.map((category) => [category.id, category]));
    this.seats = new Map(seats.map((raw) => [raw.id, readSeat(raw, this.categories)]));
    this.areas = areas.map((raw) => new Area(raw, this.categories));
    this.tables().forEach((table) => this.#turnChairs(table));
    this.ready = true;
    this.#early.splice(0).forEach((change) => this.apply(change));
    this.changed();
  }

  apply(change) {
    if (!this.ready) return this.#early.push(change);
    const seat = this.seat(change.seatId);
    if (!seat || change.version <= seat.version) return;
    // Ours stays ours only from our own hold on; any other step means that it went through other hands.
    const isNextStep = BEFORE[change.status] === seat.status;
    seat.version = change.version;
    seat.status = change.status;
    seat.expires = change.holdExpiresAt ?? null;
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
  claim(ids, status) {
    this.#each(ids, (seat) => (seat.mine ||= seat.status === status));
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
