/**
 * An event as this page knows it: the plan, and of each seat the state with the highest version that was heard of.
 *
 * Nothing here asks or waits. Frames and availabilities come in by `apply` and `take`, what is this buyer's by `own`,
 * what a click has asked for by `wish`; whoever paints or lists asks `look`, and hears by `onchange` what is new.
 */
import type { AvailabilityData, SeatState, SeatStatus, TicketType } from "../client/types.js";
import { Area, parsePlace } from "./area.js";
import type { Look } from "./look.js";
import type { Plan } from "./plan.js";

const STATUSES: readonly SeatStatus[] = ["available", "held", "booked", "blocked"];
const AVAILABLE = 0;
const HELD = 1;
const BLOCKED = 3;

/** Whose a seat is, or what was asked for it; 0 for nothing. */
type Claim = "" | "mine" | "taking" | "giving" | "bought";
const CLAIMS: readonly Claim[] = ["", "mine", "taking", "giving", "bought"];

/** Seats whose look may have changed, and areas; `all` after a new reading as a whole. */
export interface Change {
  all: boolean;
  seats: ReadonlySet<number>;
  areas: boolean;
}

/** A change that was heard of a seat or a place, and what was known before. */
export interface Heard {
  state: SeatState;
  before: SeatStatus;
}

export class Venue {
  currency = "";
  /** An IANA name; undefined where the event names none. */
  timeZone: string | undefined;
  ticketTypes: readonly TicketType[] = [];
  readonly areas: readonly Area[];
  /** By category index; null where it is not for sale. */
  #prices: (number | null)[];
  readonly #status: Uint8Array;
  readonly #version: Uint32Array;
  /** Milliseconds since 1970 by the server's clock; 0 without an end. */
  readonly #expires: Float64Array;
  readonly #claim: Uint8Array;
  readonly #claimedPlaces = new Map<string, Claim>();
  /** The earliest end of a hold that is known, so that a tick mostly looks at one number. */
  #nextEnd = Infinity;

  /** `onchange` is called once for each thing that happens, after all of it. */
  constructor(readonly plan: Plan, private readonly onchange: (change: Change) => void = () => {}) {
    this.#prices = plan.categories.map(() => null);
    this.#status = new Uint8Array(plan.count);
    this.#version = new Uint32Array(plan.count);
    this.#expires = new Float64Array(plan.count);
    this.#claim = new Uint8Array(plan.count);
    this.areas = plan.areas.map((area) => new Area(area));
  }

  // ---- What there is to show --------------------------------------------------------------------------------------

  look(seat: number): Look {
    const claim = CLAIMS[this.#claim[seat]!]!;
    return claim || this.status(seat);
  }

  /** The state that everyone sees. A seat that nobody ever had is blocked where its category is not for sale. */
  status(seat: number): SeatStatus {
    const status = this.#status[seat]!;
    if (status === AVAILABLE && this.price(seat) === null) return "blocked";
    return STATUSES[status]!;
  }

  /** When the seat's hold ends, in milliseconds since 1970 by the server's clock; 0 where there is none. */
  expires(seat: number): number {
    return this.#status[seat] === HELD ? this.#expires[seat]! : 0;
  }

  /** In the event's currency; null where it is not for sale. */
  price(seat: number, ticketTypeId?: string): number | null {
    return this.priceOf(this.plan.category[seat]!, ticketTypeId);
  }

  /** Of a category by its index, for a ticket type, the first where none is given. */
  priceOf(category: number, ticketTypeId?: string): number | null {
    const base = this.#prices[category] ?? null;
    const type = this.ticketTypes.find(({ id }) => id === ticketTypeId) ?? this.ticketTypes[0];
    const id = this.plan.categories[category]?.id;
    if (base === null || !type || id === undefined) return base;
    return type.prices[id] ?? base;
  }

  /** Whether the seat, by id, or the place is free for this buyer to take. */
  isFree(id: string): boolean {
    const seat = this.plan.indexOf(id);
    if (seat !== undefined) return this.look(seat) === "available";
    return this.areaOf(id)?.status(id) === "available";
  }

  /** The state of a seat or a place by its id; undefined where there is none. */
  statusOf(id: string): SeatStatus | undefined {
    const seat = this.plan.indexOf(id);
    return seat === undefined ? this.areaOf(id)?.status(id) : this.status(seat);
  }

  /** When the last hold of a seat ended that is free now, by its id; 0 where none did. */
  endedAt(id: string): number {
    const seat = this.plan.indexOf(id);
    return seat !== undefined && this.#status[seat] === AVAILABLE ? this.#expires[seat]! : 0;
  }

  areaOf(id: string): Area | undefined {
    const place = parsePlace(id);
    return place ? this.areas.find((area) => area.has(id)) : undefined;
  }

  /** How many places of an area are this buyer's, held or booked. */
  ownPlaces(area: Area): { mine: number; bought: number } {
    const count = (claim: Claim) => [...this.#claimedPlaces].filter(([id, each]) => each === claim && area.has(id)).length;
    return { mine: count("mine"), bought: count("bought") };
  }

  /** Free seats of each category, places of areas among them, by category index. */
  free(): number[] {
    const free = this.plan.categories.map(() => 0);
    for (let seat = 0; seat < this.plan.count; seat += 1) {
      const category = this.plan.category[seat]!;
      if (category < free.length && this.look(seat) === "available") free[category]! += 1;
    }
    for (const area of this.areas) {
      const { category } = area.plan;
      if (category < free.length) free[category]! += area.counts(this.priceOf(category) !== null).available;
    }
    return free;
  }

  // ---- What is heard ----------------------------------------------------------------------------------------------

  /** Changes out of a frame. Returns those that were news. */
  apply(changes: readonly SeatState[]): Heard[] {
    return this.#note(changes, null);
  }

  /** An availability, whole: its prices, and the states of all seats that ever changed. Returns what was news. */
  take(availability: AvailabilityData): Heard[] {
    const { categories, currency, timeZone, ticketTypes = [], seats, asOf } = availability;
    const prices = this.plan.categories.map(({ id }) => categories.find((each) => each.id === id)?.price ?? null);
    const isNew = currency !== this.currency || timeZone !== this.timeZone || JSON.stringify([prices, ticketTypes]) !== JSON.stringify([this.#prices, this.ticketTypes]);
    this.#prices = prices;
    this.currency = currency;
    this.timeZone = timeZone;
    this.ticketTypes = ticketTypes;
    const heard = this.#note(seats, Date.parse(asOf));
    if (isNew) this.onchange({ all: true, seats: new Set(), areas: true });
    return heard;
  }

  /** Lets holds end whose time is over by the server's clock: everyone may take such a seat, whoever tells us. */
  tick(nowMs: number): void {
    if (nowMs < this.#nextEnd) return;
    const seats = new Set<number>();
    this.#nextEnd = Infinity;
    for (let seat = 0; seat < this.plan.count; seat += 1) {
      const expires = this.expires(seat);
      if (expires === 0) continue;
      if (expires <= nowMs) {
        this.#status[seat] = AVAILABLE;
        seats.add(seat);
      } else this.#nextEnd = Math.min(this.#nextEnd, expires);
    }
    const areas = this.areas.filter((area) => area.tick(nowMs)).length > 0;
    this.#nextEnd = Math.min(this.#nextEnd, ...this.areas.map((area) => area.nextEnd()));
    if (seats.size || areas) this.onchange({ all: false, seats, areas });
  }

  // ---- What is ours -----------------------------------------------------------------------------------------------

  /** Replaces what this buyer holds or has booked. */
  own(held: Iterable<string>, bought: Iterable<string>): void {
    const claims = new Map<string, Claim>();
    for (const id of held) claims.set(id, "mine");
    for (const id of bought) claims.set(id, "bought");
    const wished = [...this.#claims()].filter(([, claim]) => claim === "taking" || claim === "giving");
    for (const [id, claim] of wished) if (claim === "taking" ? !claims.has(id) : claims.get(id) === "mine") claims.set(id, claim);
    const before = new Set([...this.#claims()].map(([id]) => id));
    this.#write([...[...before].filter((id) => !claims.has(id)).map((id) => [id, ""] as const), ...claims]);
  }

  /** Shows what was asked for before it is answered. */
  wish(ids: Iterable<string>, claim: "taking" | "giving"): void {
    this.#write([...ids].map((id) => [id, claim]));
  }

  /** Takes a wish back: the seats are what they were. */
  unwish(ids: Iterable<string>): void {
    const back: Partial<Record<Claim, Claim>> = { taking: "", giving: "mine" };
    this.#write([...ids].flatMap((id) => {
      const claim = back[this.#claimOf(id)];
      return claim === undefined ? [] : [[id, claim] as const];
    }));
  }

  // ---- Inside -----------------------------------------------------------------------------------------------------

  /** `asOf` in milliseconds for a reading as a whole, null for a frame. */
  #note(states: readonly SeatState[], asOf: number | null): Heard[] {
    const seats = new Set<number>();
    const heard: Heard[] = [];
    let areas = false;
    for (const state of states) {
      const before = this.statusOf(state.seatId);
      const seat = this.plan.indexOf(state.seatId);
      const isNews = seat === undefined ? this.areaOf(state.seatId)?.apply(state) : this.#applyTo(seat, state, asOf);
      if (!isNews || before === undefined) continue;
      if (seat === undefined) areas = true;
      else seats.add(seat);
      if (state.holdExpiresAt) this.#nextEnd = Math.min(this.#nextEnd, Date.parse(state.holdExpiresAt));
      heard.push({ state, before });
    }
    if (seats.size || areas) this.onchange({ all: false, seats, areas });
    return heard;
  }

  #applyTo(seat: number, { status, version, holdExpiresAt }: SeatState, asOf: number | null): boolean {
    const known = this.#version[seat]!;
    const next = STATUSES.indexOf(status);
    const expires = holdExpiresAt ? Date.parse(holdExpiresAt) : 0;
    if (version < known) return false;
    if (version === known && !this.#isNews(seat, next, expires, asOf)) return false;
    this.#version[seat] = version;
    this.#status[seat] = next;
    if (version > known || next === HELD) this.#expires[seat] = expires;
    return true;
  }

  /**
   * Whether a reading says something new at the version that is known. Without a change of its own a seat can only come
   * free, when its hold is over, or go in and out of sale with its price; and a hold that ended here too early, by a clock
   * that was wrong, goes on.
   */
  #isNews(seat: number, next: number, expires: number, asOf: number | null): boolean {
    const status = this.#status[seat];
    if (asOf === null || next === status) return false;
    if (next === HELD) return status === AVAILABLE && asOf < expires;
    if (next !== AVAILABLE && next !== BLOCKED) return false;
    return status !== HELD || asOf >= this.#expires[seat]!;
  }

  *#claims(): Generator<[string, Claim]> {
    for (let seat = 0; seat < this.plan.count; seat += 1) {
      if (this.#claim[seat]) yield [this.plan.ids[seat]!, CLAIMS[this.#claim[seat]!]!];
    }
    yield* this.#claimedPlaces;
  }

  #claimOf(id: string): Claim {
    const seat = this.plan.indexOf(id);
    return seat === undefined ? (this.#claimedPlaces.get(id) ?? "") : CLAIMS[this.#claim[seat]!]!;
  }

  #write(claims: Iterable<readonly [string, Claim]>): void {
    const seats = new Set<number>();
    let areas = false;
    for (const [id, claim] of claims) {
      if (this.#claimOf(id) === claim) continue;
      const seat = this.plan.indexOf(id);
      if (seat !== undefined) {
        this.#claim[seat] = CLAIMS.indexOf(claim);
        seats.add(seat);
      } else if (this.areaOf(id)) {
        areas = true;
        if (claim) this.#claimedPlaces.set(id, claim);
        else this.#claimedPlaces.delete(id);
      }
    }
    if (seats.size || areas) this.onchange({ all: false, seats, areas });
  }
}
