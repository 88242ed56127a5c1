/**
 * What this buyer holds, and how it is kept true: by answers, by reading it again where something hints at a change, by
 * the clock. The venue shows what is known here.
 */
import type { Api } from "../client/api.js";
import type { ServerClock } from "../client/clock.js";
import type { Booked } from "../client/types.js";
import type { Heard, Venue } from "../venue/venue.js";
import { whatBecameOf, type Loss } from "./loss.js";
import { idsOf, Ownership } from "./ownership.js";
import { pause } from "./pause.js";
import { isOver, isSame, nothingHeld, seatIdsOf, secondsLeft, without, type Selection } from "./selection.js";
import { Tabs } from "./tabs.js";

const EXPIRING_S = 60;
/** How often a stranger's hold is a reason to ask whether it is ours: one buyer may use several devices. */
const STRANGERS_EVERY_MS = 10_000;
const ASK_WITHIN_MS = 400;
/** A reading that failed is tried again: a lost seat must not stay in the total because of it. */
const RETRY_MS = 3_000;
/** Lists of bookings may be this far behind the booking itself. */
const INDEX_LAG_MS = 1_000;

export interface HoldingListener {
  holdChanged(selection: Selection): void;
  seatsLost(losses: readonly Loss[]): void;
  holdExpiring(secondsLeft: number): void;
  holdExpired(selection: Selection): void;
  /** Seats that were held here are booked, whoever has confirmed them: this page, or the shop's server. */
  booked(booking: Booked): void;
  /** Of the buyer before nothing may stay on show. */
  buyerChanged(): void;
}

export interface HoldingOptions {
  eventId: string;
  api: Api;
  clock: ServerClock;
  listener: HoldingListener;
  /** Runs a reading after the changes that are under way, so that it cannot be older than they are. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
  random?: () => number;
}

export class Holding {
  selection: Selection = nothingHeld("");
  #venue: Venue | null = null;
  /** The end that was warned of already. */
  #warnedOf: string | null = null;
  #strangersAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Something hints at bookings that were not read, or are no more. */
  #areBookingsOld = false;
  #isStopped = false;
  #subject: string | null = null;
  #ownership: Ownership;
  readonly #tabs = new Tabs(() => this.#readSoon(true));

  constructor(private readonly options: HoldingOptions) {
    this.#ownership = this.#newOwnership();
  }

  #newOwnership(): Ownership {
    return new Ownership(this.options.api, this.options.eventId);
  }

  get subject(): string | null {
    return this.#subject;
  }

  get bought(): ReadonlySet<string> {
    return this.#ownership.bought;
  }

  get tabs(): Tabs {
    return this.#tabs;
  }

  /** Whether what this buyer had before is known. */
  get isKnown(): boolean {
    return this.#ownership.isKnown;
  }

  /** Whose hold it is, null for nobody's: of another buyer nothing is left, and a buyer's tabs hear of each other. */
  serve(subject: string | null): void {
    this.#isStopped = subject === null;
    if (this.#subject !== null && this.#subject !== subject) {
      this.#ownership = this.#newOwnership();
      this.take(nothingHeld(this.selection.currency));
      this.options.listener.buyerChanged();
    }
    this.#subject = subject;
    if (subject === null) this.#tabs.close();
    else this.#tabs.open(this.options.eventId, subject);
  }

  /** Another plan of the event: what is ours is shown in it. */
  show(venue: Venue): void {
    this.#venue = venue;
    if (!this.selection.holdId) this.selection = nothingHeld(venue.currency);
    this.#mark();
  }

  /** Takes what the engine acknowledged. */
  take(selection: Selection): void {
    const isNew = !isSame(selection, this.selection);
    this.selection = selection;
    this.#mark();
    if (isNew) this.options.listener.holdChanged(selection);
  }

  /** Takes a booking that this page has made. */
  booked(booking: Booked): void {
    this.#ownership.add(booking);
    this.take(without(this.selection, idsOf(booking)));
    this.options.listener.booked(booking);
  }

  /** Reads what is ours, once all that was asked for is answered, and tells what became of the rest. */
  read({ areBookingsOld = false } = {}): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#areBookingsOld ||= areBookingsOld;
    return this.options.inTurn(async () => {
      const subject = this.#subject;
      const before = this.selection;
      const after = await this.#ownership.readHold(this.#venue?.currency ?? before.currency);
      if (subject !== this.#subject) return;
      if (this.#areBookingsOld || !this.isKnown || this.#gone(before, after).length) await this.#readBookings(before, after);
      if (subject === this.#subject) this.#settle(before, after);
    });
  }

  /** What frames and availability say of seats. */
  heard(changes: readonly Heard[]): void {
    const own = new Set(seatIdsOf(this.selection));
    for (const { state } of changes) {
      const isOurTimer = state.status === "held" && state.holdExpiresAt === this.selection.expiresAt;
      if (this.bought.has(state.seatId) && state.status !== "booked") {
        this.#areBookingsOld = true;
        this.#readSoon(false);
      } else if (own.has(state.seatId)) {
        if (!isOurTimer) this.#readSoon(false);
      } else if (isOurTimer) this.#readSoon(true);
      else if (state.status === "held") this.#wonder();
    }
  }

  /** `nowMs` by the server's clock. */
  tick(nowMs: number): void {
    const { selection } = this;
    const left = secondsLeft(selection, nowMs);
    if (left === null) return;
    if (isOver(selection, nowMs)) return this.#expire();
    if (left > EXPIRING_S || this.#warnedOf === selection.expiresAt) return;
    this.#warnedOf = selection.expiresAt;
    this.options.listener.holdExpiring(left);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tabs.close();
  }

  /** Seats that are held no more, and neither booked nor given up in another tab. */
  #gone(before: Selection, after: Selection): string[] {
    const kept = new Set([...seatIdsOf(after), ...this.bought, ...this.#tabs.said("giving")]);
    return seatIdsOf(before).filter((id) => !kept.has(id));
  }

  /** What looks booked, by us perhaps, is looked for twice: the list of bookings may not have it yet. */
  async #readBookings(before: Selection, after: Selection): Promise<void> {
    const ownership = this.#ownership;
    await ownership.readBookings();
    if (this.#gone(before, after).some((id) => this.#venue?.statusOf(id) === "booked")) {
      await pause(INDEX_LAG_MS);
      await ownership.readBookings();
    }
    this.#areBookingsOld = false;
  }

  #settle(before: Selection, after: Selection): void {
    const nowMs = this.options.clock.now();
    const statusOf = (id: string) => this.#venue?.statusOf(id);
    const became = whatBecameOf(before, this.#gone(before, after), { nowMs, statusOf });
    // Seats that were held until now: whatever has booked them is news, unless another tab does, which tells it.
    const elsewhere = this.#tabs.said("booking");
    const news = this.#ownership.bookingsOf(seatIdsOf(before).filter((id) => !elsewhere.has(id)));
    this.take(after);
    for (const booking of news) this.options.listener.booked(booking);
    if (became.isExpired) this.options.listener.holdExpired(before);
    if (became.lost.length) this.options.listener.seatsLost(became.lost);
  }

  /** The engine may see it otherwise, so that the hold is read once more. */
  #expire(): void {
    const ended = this.selection;
    this.take(nothingHeld(ended.currency));
    this.options.listener.holdExpired(ended);
    this.#readSoon(true);
  }

  /** Somebody holds a seat, and it may be us on another device; asked rarely, for mostly it is not. */
  #wonder(): void {
    const now = performance.now();
    if (now - this.#strangersAt < STRANGERS_EVERY_MS) return;
    this.#strangersAt = now;
    this.#readSoon(true);
  }

  /** Changes come in bunches; strangers' ones reach many pages at once, so that each waits a little of its own. */
  #readSoon(isCrowd: boolean, wait = isCrowd ? (this.options.random ?? Math.random)() * ASK_WITHIN_MS : 0): void {
    if (this.#timer || this.#isStopped) return;
    this.#timer = setTimeout(() => void this.read().catch(() => this.#readSoon(false, RETRY_MS)), wait);
  }

  #mark(): void {
    this.#venue?.own(seatIdsOf(this.selection), this.bought);
  }
}
