/**
 * One event on show: its venue, followed live, and this buyer's sale at it. It outlives the element's connections, so that
 * moving the element in the document loses nothing.
 */
import type { Client } from "../client/index.js";
import type { Follower, Sink } from "../client/follower.js";
import { subject } from "../client/tokens.js";
import type { AvailabilityData, PlanData, SeatState } from "../client/types.js";
import { Sale, type SaleListener } from "../sale/sale.js";
import type { Trouble } from "../sale/trouble.js";
import { WaitingRoom, type Standing } from "../sale/waiting-room.js";
import { Plan } from "../venue/plan.js";
import { Venue, type Change } from "../venue/venue.js";

const TICK_MS = 500;
/** While something is held, the server's clock decides over it: it is asked for with a reading that every cache may answer. */
const HOLDING_READ_MS = 15_000;

export interface VisitListener extends SaleListener {
  /** The event as it was read, at `readAt` by `performance.now()`; again where its plan or the server is another one. */
  loaded(venue: Venue, readAt: number): void;
  changed(change: Change): void;
  status(status: { online: boolean; stale: boolean }): void;
  failed(error: unknown): void;
  /** The buyer's place in the event's line, where there is one. */
  waiting(standing: Standing | null): void;
  /** By the server's clock, about twice a second. */
  tick(nowMs: number): void;
}

export interface VisitOptions {
  eventId: string;
  client: Client;
  listener: VisitListener;
  maxSeats(): number;
  refusal(): Trouble | null;
}

export class Visit {
  venue: Venue | null = null;
  readonly sale: Sale;
  readonly room: WaitingRoom;
  #follower: Follower | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isPaused = false;
  #readAt = 0;

  constructor(private readonly options: VisitOptions) {
    const { eventId, client: { api, clock, socket }, listener, maxSeats, refusal } = options;
    this.room = new WaitingRoom({ eventId, api, clock, socket, changed: (standing) => listener.waiting(standing) });
    this.sale = new Sale({ eventId, api, clock, listener, pass: () => this.room.pass, maxSeats, refusal });
  }

  get eventId(): string {
    return this.options.eventId;
  }

  get nowMs(): number {
    return this.options.client.clock.now();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    if (isPaused) this.#follower?.pause();
    else this.#follower?.resume();
  }

  /** Follows the event from now on. Resolves when its plan is here and what is ours is known. */
  async start(): Promise<void> {
    this.stop();
    const follower = this.options.client.follow(this.eventId, this.#sink());
    this.#follower = follower;
    if (this.#isPaused) follower.pause();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    const [followed, opened] = await Promise.allSettled([follower.ready, this.#open()]);
    if (opened.status === "rejected" && this.#follower === follower) this.options.listener.failed(opened.reason);
    if (followed.status === "rejected") throw followed.reason;
  }

  /** Ends all connections. Gives up nothing. */
  stop(): void {
    clearInterval(this.#timer);
    this.#follower = null;
    this.options.client.close();
    this.sale.stop();
    this.room.stop();
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#follower?.refresh(), this.options.client.tokens.has ? this.sale.reread() : undefined]);
  }

  /** Seats were refused that looked free: what is shown is not true any more. */
  doubt(): void {
    this.#readAt = performance.now();
    void this.#follower?.refresh().catch(() => {});
  }

  async #open(): Promise<void> {
    const token = await this.options.client.tokens.get();
    if (token === undefined) return;
    const buyer = subject(token) ?? "";
    void this.room.start(buyer);
    await this.sale.open(buyer);
  }

  #sink(): Sink {
    const { listener } = this.options;
    return {
      load: (plan, availability) => this.#load(plan, availability),
      take: (availability) => this.sale.heard(this.venue?.take(availability) ?? []),
      apply: (changes: readonly SeatState[]) => this.sale.heard(this.venue?.apply(changes) ?? []),
      status: (status) => listener.status(status),
      failed: (error) => listener.failed(error),
    };
  }

  /** A venue of its own for each reading as a whole: a server that was reset counts versions from 0 again. */
  #load(data: PlanData, availability: AvailabilityData): void {
    const readAt = performance.now();
    const plan = new Plan(data);
    const venue = new Venue(plan, (change) => venue === this.venue && this.options.listener.changed(change));
    venue.take(availability);
    this.venue = venue;
    this.sale.show(venue);
    this.options.listener.loaded(venue, readAt);
    if (this.sale.selection.holdId) void this.sale.reread().catch(() => {});
  }

  #tick(): void {
    const nowMs = this.nowMs;
    if (this.sale.selection.holdId && performance.now() - this.#readAt > HOLDING_READ_MS) this.doubt();
    this.venue?.tick(nowMs);
    this.sale.tick(nowMs);
    this.options.listener.tick(nowMs);
  }
}
