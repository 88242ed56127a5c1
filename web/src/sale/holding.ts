/**
 * What this buyer holds, and how it is kept true: by answers, by reading it again where something hints at a change, by
 * the clock. The venue shows what is known here.
 */
import type { Api } from "../client/api.js";
import type { ServerClock } from "../client/clock.js";
import type { Heard, Venue } from "../venue/venue.js";
import { whatBecameOf, type Loss } from "./loss.js";
import { Ownership, type Owned } from "./ownership.js";
import { isOver, isSame, nothingHeld, seatIdsOf, type Selection } from "./selection.js";
import { Tabs } from "./tabs.js";

const EXPIRING_S = 60;
/** How often a stranger's hold is a reason to ask whether it is ours: one buyer may use several devices. */
const STRANGERS_EVERY_MS = 10_000;
const ASK_WITHIN_MS = 400;

export interface HoldingListener {
  holdChanged(selection: Selection): void;
  seatsLost(losses: readonly Loss[]): void;
  holdExpiring(secondsLeft: number): void;
  holdExpired(selection: Selection): void;
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
  #isBookingNew = false;
  #subject: string | null = null;
  readonly #ownership: Ownership;
  readonly #tabs = new Tabs(() => this.#readSoon(true));

  constructor(private readonly options: HoldingOptions) {
    this.#ownership = new Ownership(options.api, options.eventId);
  }

  get bought(): ReadonlySet<string> {
    return this.#ownership.bought;
  }

  get tabs(): Tabs {
    return this.#tabs;
  }

  /** Whose hold it is: of another buyer nothing is left, and a buyer's tabs hear of each other. */
  serve(subject: string): void {
    if (this.#subject !== null && this.#subject !== subject) {
      this.#ownership.forget();
      this.take(nothingHeld(this.selection.currency));
    }
    this.#subject = subject;
    this.#tabs.open(this.options.eventId, subject);
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

  booked(seatIds: readonly string[]): void {
    this.#ownership.add(seatIds);
  }

  /** Reads what is ours, once all that was asked for is answered, and tells what became of the rest. */
  read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.options.inTurn(async () => {
      const isBookingNew = this.#isBookingNew;
      this.#isBookingNew = false;
      const before = this.selection;
      const owned = await this.#ownership.read(this.#venue?.currency ?? before.currency, isBookingNew);
      await this.#settle(before, owned);
    });
  }

  /** What frames and availability say of seats. */
  heard(changes: readonly Heard[]): void {
    const own = new Set(seatIdsOf(this.selection));
    for (const { state } of changes) {
      const isOurTimer = state.status === "held" && state.holdExpiresAt === this.selection.expiresAt;
      if (own.has(state.seatId)) {
        if (state.status === "booked") this.#isBookingNew = true;
        if (!isOurTimer) this.#readSoon(false);
      } else if (isOurTimer) this.#readSoon(true);
      else if (state.status === "held") this.#wonder();
    }
  }

  /** `nowMs` by the server's clock. */
  tick(nowMs: number): void {
    const { selection } = this;
    if (selection.expiresAt === null) return;
    if (isOver(selection, nowMs)) return this.#expire();
    const secondsLeft = Math.ceil((Date.parse(selection.expiresAt) - nowMs) / 1000);
    if (secondsLeft > EXPIRING_S || this.#warnedOf === selection.expiresAt) return;
    this.#warnedOf = selection.expiresAt;
    this.options.listener.holdExpiring(secondsLeft);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tabs.close();
  }

  async #settle(before: Selection, { selection, bought }: Owned): Promise<void> {
    const nowMs = this.options.clock.now();
    const statusOf = (id: string) => this.#venue?.statusOf(id);
    const became = whatBecameOf(before, selection, { nowMs, bought, given: this.#tabs.given(), statusOf });
    this.take(selection);
    if (became.isExpired) this.options.listener.holdExpired(before);
    if (became.lost.length) this.options.listener.seatsLost(became.lost);
  }

  #expire(): void {
    const ended = this.selection;
    this.take(nothingHeld(ended.currency));
    this.options.listener.holdExpired(ended);
  }

  /** Somebody holds a seat, and it may be us on another device; asked rarely, for mostly it is not. */
  #wonder(): void {
    const now = performance.now();
    if (now - this.#strangersAt < STRANGERS_EVERY_MS) return;
    this.#strangersAt = now;
    this.#readSoon(true);
  }

  /** Changes come in bunches; strangers' ones reach many pages at once, so that each waits a little of its own. */
  #readSoon(isCrowd: boolean): void {
    if (this.#timer) return;
    const wait = isCrowd ? (this.options.random ?? Math.random)() * ASK_WITHIN_MS : 0;
    this.#timer = setTimeout(() => void this.read().catch(() => {}), wait);
  }

  #mark(): void {
    this.#venue?.own(seatIdsOf(this.selection), this.bought);
  }
}
