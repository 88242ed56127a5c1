/**
 * What a buyer does at one event: hold, release, extend, confirm. Each is shown at once and asked of the engine, and taken
 * back with a reason where it was refused.
 */
import type { Api } from "../client/api.js";
import type { Booked, Chosen, Extended, Held, PricedSeat, Released } from "../client/types.js";
import type { Heard, Venue } from "../venue/venue.js";
import { Holding, type HoldingListener, type HoldingOptions } from "./holding.js";
import { pause } from "./pause.js";
import { Queue } from "./queue.js";
import { afterHold, ofHold, seatIdsOf, without, type Selection } from "./selection.js";
import { codeOf, Trouble, type TroubleCode } from "./trouble.js";

/** A seat whose hold has ended may be taken by anyone once clocks cannot disagree about that any more. */
const SKEW_MS = 2_000;
/** What this page knows of the server's clock may be so far off. */
const UNSURE_MS = 250;

/** What is about to be held; `seatIds` is empty where the engine chooses. */
export interface HoldDetail {
  seatIds: string[];
  tableId?: string;
  areaId?: string;
  quantity?: number;
}

export interface HoldOptions {
  /** The ticket type of each seat by its id; the event's first where none is given. */
  ticketTypes?: Record<string, string>;
}

export interface CountOptions {
  /** How many seats there are to be of each ticket type; of the event's first where none is given. */
  ticketTypes?: Record<string, number>;
}

export interface BestOptions extends CountOptions {
  /** May be left out where `ticketTypes` says how many. */
  quantity?: number;
  categoryId?: string;
  /** How many of them are to be wheelchair places. */
  accessible?: number;
}

export type ConfirmDetails = Omit<Parameters<Api["confirm"]>[0], "eventId">;

export interface SaleListener extends HoldingListener {
  /** False where the page forbids it. */
  beforeHold(detail: HoldDetail): boolean;
  /** All that was asked for is answered. */
  rested(): void;
}

export interface SaleOptions extends Omit<HoldingOptions, "inTurn" | "listener"> {
  listener: SaleListener;
  /** What a waiting room lets this buyer in with. */
  pass(): string | undefined;
  /** Seats that this buyer may hold at once; Infinity without a limit. */
  maxSeats(): number;
  /** Why nothing may be changed now; null where it may. */
  refusal(): Trouble | null;
  /** The event has a waiting room, and no pass of ours was good. */
  queueRequired(): void;
}

/** Failures after which this page may be wrong about what is ours; others are a rush at times, which must not become a rush of readings. */
const ABOUT_US: ReadonlySet<unknown> = new Set<TroubleCode | undefined>([
  undefined, "not_held", "already_booked", "server_error", "no_answer", "offline",
]);

export class Sale {
  readonly #queue = new Queue(() => this.options.listener.rested());
  readonly #holding: Holding;
  #venue: Venue | null = null;
  /** Confirms and extensions that are under way: until they are answered, nobody knows whether the hold is over. */
  #deciding = 0;

  constructor(private readonly options: SaleOptions) {
    this.#holding = new Holding({ ...options, inTurn: (task) => this.#queue.run(task) });
  }

  get selection(): Selection {
    return this.#holding.selection;
  }

  /** Whether something is asked for and not answered yet. */
  get isBusy(): boolean {
    return this.#queue.isBusy;
  }

  /** Begins to listen to this buyer's other tabs, and reads what is ours. */
  async open(subject: string): Promise<void> {
    this.#holding.serve(subject);
    await this.#holding.read();
  }

  /** There is no buyer any more. */
  close(): void {
    this.#holding.serve(null);
  }

  show(venue: Venue): void {
    this.#venue = venue;
    this.#holding.show(venue);
  }

  heard(changes: readonly Heard[]): void {
    this.#holding.heard(changes);
  }

  tick(nowMs: number): void {
    if (this.#deciding === 0) this.#holding.tick(nowMs);
  }

  /** Reads holds and bookings. */
  reread(): Promise<void> {
    return this.#holding.read({ areBookingsOld: true });
  }

  stop(): void {
    this.#holding.stop();
  }

  /** Resolves when all that was asked for until now is answered, however it went. */
  rest(): Promise<void> {
    return this.#queue.run(async () => {});
  }

  // ---- Verbs ------------------------------------------------------------------------------------------------------

  hold(seatIds: readonly string[], { ticketTypes }: HoldOptions = {}): Promise<Held> {
    const ids = [...new Set(seatIds)];
    return this.#take({ seatIds: ids }, () => this.#more(ids), ids, async () => {
      await this.#untilFree(ids);
      return this.options.api.holdSeats({ ...this.#event, seatIds: ids, ...(ticketTypes && { ticketTypes }) }, this.#pass);
    }, (seatId) => this.#priced(seatId, ticketTypes?.[seatId]));
  }

  holdTable(tableId: string): Promise<Held> {
    const table = this.#venue?.plan.tables.find(({ id }) => id === tableId);
    const ids = (table?.seats ?? []).map((seat) => this.#venue!.plan.ids[seat]!);
    return this.#take({ seatIds: ids, tableId }, () => this.#more(ids), ids, () =>
      this.options.api.holdTable({ ...this.#event, tableId }, this.#pass));
  }

  /** `ticketTypes` says how many there are to be of each; their sum is the quantity. */
  holdArea(areaId: string, quantity: number, { ticketTypes }: CountOptions = {}): Promise<Chosen> {
    return this.#take({ seatIds: [], areaId, quantity }, () => quantity, [], () =>
      this.options.api.holdArea({ ...this.#event, areaId, quantity, ...(ticketTypes && { ticketTypes }) }, this.#pass));
  }

  holdBest(best: BestOptions): Promise<Chosen> {
    const quantity = best.quantity ?? Object.values(best.ticketTypes ?? {}).reduce((sum, count) => sum + count, 0);
    return this.#take({ seatIds: [], quantity }, () => quantity, [], () =>
      this.options.api.holdBest({ ...this.#event, ...best, quantity }, this.#pass));
  }

  /** Gives up some seats, or all that is held in the event. */
  release(seatIds?: readonly string[]): Promise<Released> {
    const ids = seatIds ? [...new Set(seatIds)] : seatIdsOf(this.selection);
    this.#holding.tabs.say({ kind: "giving", seatIds: ids });
    return this.#showing(ids, "giving", () => this.#change(async () => {
      const released = await this.options.api.release({ ...this.#event, ...(seatIds && { seatIds: ids }) });
      this.#holding.take(without(this.selection, [...ids, ...released.releasedSeats]));
      return released;
    }));
  }

  extend(): Promise<Extended> {
    return this.#decide(async () => {
      const extended = await this.options.api.extend(this.#event);
      this.#holding.take(ofHold(extended));
      return extended;
    });
  }

  /** Books what is held. Waits for holds that are under way, so that none is forgotten. */
  confirm(details: ConfirmDetails): Promise<Booked> {
    return this.#decide(async () => {
      const { subject, tabs } = this.#holding;
      tabs.say({ kind: "booking", seatIds: seatIdsOf(this.selection) });
      const booking = await this.options.api.confirm({ ...this.#event, ...details });
      // Of a buyer who has left meanwhile nothing is kept.
      if (subject === this.#holding.subject) this.#holding.booked(booking);
      return booking;
    });
  }

  // ---- What they have in common -----------------------------------------------------------------------------------

  get #event(): { eventId: string } {
    return { eventId: this.options.eventId };
  }

  get #pass(): { pass?: string } {
    const pass = this.options.pass();
    return pass === undefined ? {} : { pass };
  }

  /** `more` says how many seats come to those that are held: what is asked for before may change that. */
  async #take<T extends Held | Chosen>(
    detail: HoldDetail,
    more: () => number,
    shown: readonly string[],
    ask: () => Promise<T>,
    priced: (seatId: string) => PricedSeat | null = (seatId) => this.#priced(seatId),
  ): Promise<T> {
    const refusal = this.options.refusal() ?? this.#limit(more());
    if (refusal) throw refusal;
    if (!this.options.listener.beforeHold(detail)) throw new Trouble("cancelled", "The page has stopped this hold");
    const wished = shown.filter((id) => this.#venue?.isFree(id));
    return this.#showing(wished, "taking", async () => {
      let isToRead = false;
      const answer = await this.#change(async () => {
        const beyond = this.#limit(more());
        if (beyond) throw beyond;
        const held = await ask();
        const after = this.#holding.isKnown ? afterHold(this.selection, held, priced) : null;
        if (after) this.#holding.take(after);
        isToRead = !after;
        return held;
      });
      if (isToRead) await this.#holding.read().catch(() => {});
      return answer;
    });
  }

  async #decide<T>(ask: () => Promise<T>): Promise<T> {
    this.#deciding += 1;
    try {
      return await this.#change(ask);
    } finally {
      this.#deciding -= 1;
    }
  }

  /** Asks in turn. Where the failure says that this page was wrong, or nothing at all, what is ours is read. */
  async #change<T>(ask: () => Promise<T>): Promise<T> {
    const refusal = this.options.refusal();
    if (refusal) throw refusal;
    try {
      const answer = await this.#queue.run(ask);
      this.#holding.tabs.say({ kind: "changed" });
      return answer;
    } catch (error) {
      if (codeOf(error) === "queue_required") this.options.queueRequired();
      if (ABOUT_US.has(codeOf(error))) void this.#holding.read().catch(() => {});
      throw error;
    }
  }

  async #showing<T>(ids: readonly string[], wish: "taking" | "giving", task: () => Promise<T>): Promise<T> {
    this.#venue?.wish(ids, wish);
    try {
      return await task();
    } finally {
      this.#venue?.unwish(ids);
    }
  }

  #more(ids: readonly string[]): number {
    const held = new Set(seatIdsOf(this.selection));
    return ids.filter((id) => !held.has(id)).length;
  }

  #limit(more: number): Trouble | null {
    const most = this.options.maxSeats();
    if (!(this.selection.seats.length + more > most)) return null;
    return new Trouble("limit_exceeded", `You can choose ${most} seats at most`, { maxSeats: most });
  }

  /** Whoever comes just after a hold's end would be refused: for two seconds nobody may take such a seat. */
  async #untilFree(ids: readonly string[]): Promise<void> {
    const now = this.options.clock.now();
    const ends = ids.map((id) => this.#venue?.endedAt(id) ?? 0);
    const wait = Math.max(...ends) + SKEW_MS + UNSURE_MS - now;
    if (wait > 0 && wait <= SKEW_MS + UNSURE_MS) await pause(wait);
  }

  #priced(seatId: string, ticketTypeId?: string): PricedSeat | null {
    const venue = this.#venue;
    const seat = venue?.plan.indexOf(seatId);
    if (!venue || seat === undefined) return null;
    const held = this.selection.seats.find((each) => each.seatId === seatId);
    if (held && ticketTypeId === undefined) return held;
    const price = venue.price(seat, ticketTypeId);
    const categoryId = venue.plan.categories[venue.plan.category[seat]!]?.id;
    if (price === null || categoryId === undefined) return null;
    const type = ticketTypeId ?? venue.ticketTypes[0]?.id;
    return { seatId, categoryId, price, ...(type !== undefined && { ticketTypeId: type }) };
  }
}
