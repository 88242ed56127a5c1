// One event's seats as this page knows them: each at the highest version seen, and whether it is ours.

export const STATES = ["available", "held", "booked", "mine", "bought"];

/** What a seat was before, on its way from free to booked. */
const BEFORE = { held: "available", booked: "held" };

/** What a seat is to whoever looks at this page. */
export function stateOf(seat) {
  if (seat.status === "booked") return seat.mine ? "bought" : "booked";
  if (seat.mine) return "mine";
  return seat.status;
}

export class Venue {
  name = "";
  width = 1;
  height = 1;
  currency = "";
  ready = false;
  seats = new Map();
  categories = new Map();
  items = [];
  /** Seats that changed a moment ago, and when. */
  recent = new Map();
  #early = [];

  /**
   * `changed` is told whenever there is something new to show, `heldBySomeone` when a seat was held that this page
   * did not ask for.
   */
  constructor(eventId, { changed = () => {}, heldBySomeone = () => {} } = {}) {
    Object.assign(this, { eventId, changed, heldBySomeone });
  }

  /** Forgets what was known; changes wait until the layout is there. */
  reopen() {
    this.ready = false;
    this.#early = [];
  }

  load({ layout, seats, items = [], currency }) {
    this.name = layout.name;
    this.width = layout.canvasW;
    this.height = layout.canvasH;
    this.currency = currency ?? layout.currency ?? this.currency;
    this.items = items.filter((item) => item.pos && item.size);
    this.categories = new Map(layout.categories.map((category) => [category.id, category]));
    this.seats = new Map(seats.map((raw) => [raw.id, readSeat(raw, this.categories)]));
    this.tables().forEach((table) => this.#turnChairs(table));
    this.ready = true;
    this.#early.splice(0).forEach((change) => this.apply(change));
    this.changed();
  }

  apply(change) {
    if (!this.ready) return this.#early.push(change);
    const seat = this.seats.get(change.seatId);
    if (!seat || change.version <= seat.version) return;
    // Ours stays ours only from our own hold on; any other step means that it went through other hands.
    const isNextStep = BEFORE[change.status] === seat.status;
    seat.version = change.version;
    seat.status = change.status;
    seat.expires = change.holdExpiresAt ?? null;
    seat.mine &&= isNextStep;
    if (change.status === "held" && !seat.mine) this.heldBySomeone();
    this.recent.set(seat, performance.now());
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

  /** Marks as ours what is held already. */
  claim(ids) {
    this.#each(ids, (seat) => (seat.mine ||= seat.status === "held"));
  }

  in(state) {
    return [...this.seats.values()].filter((seat) => stateOf(seat) === state);
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
    ids.map((id) => this.seats.get(id)).filter(Boolean).forEach(change);
    this.changed();
  }
}

function readSeat(raw, categories) {
  const size = raw.size ?? { x: 24, y: 24 };
  const corner = raw.position;
  const turn = ((raw.rotation ?? 0) * Math.PI) / 180;
  return {
    id: raw.id,
    category: categories.get(raw.categoryId),
    number: raw.seatNumber,
    accessible: raw.accessible === true,
    x: corner.x + size.x / 2,
    y: corner.y + size.y / 2,
    w: size.x,
    h: size.y,
    sin: Math.sin(turn),
    cos: Math.cos(turn),
    status: raw.status,
    version: raw.version ?? 0,
    expires: raw.holdExpiresAt ?? null,
    // `bookedBy` is filled for the caller's own seats only.
    mine: raw.heldByMe === true || raw.bookedBy != null,
  };
}
