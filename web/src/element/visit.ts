/**
 * One event on show: its venue, followed live, and this buyer's sale at it. It outlives the element's connections, so that
 * moving the element in the document loses nothing.
 */
import type { Client } from "../client/index.js";
import type { Follower, Sink } from "../client/follower.js";
import { subject } from "../client/tokens.js";
import type { AvailabilityData, PlanData, SeatState } from "../client/types.js";
import { Sale, type SaleListener } from "../sale/sale.js";
import { pause } from "../sale/pause.js";
import type { Trouble } from "../sale/trouble.js";
import { WaitingRoom, type WaitingListener } from "../sale/waiting-room.js";
import { Plan } from "../venue/plan.js";
import { Venue, type Change } from "../venue/venue.js";

const TICK_MS = 500;
/** While something is held, the server's clock decides over it: it is asked for with a reading that every cache may answer. */
const HOLDING_READ_MS = 15_000;
/** How long the map waits for a token, and for what is held, before it says that it is ready. */
const OPEN_PATIENCE_MS = 3_000;
const OPEN_RETRY_MS = 2_000;
const OPEN_RETRY_MOST_MS = 20_000;

export interface VisitListener extends SaleListener, WaitingListener {
  /** The event as it was read, at `readAt` by `performance.now()`; again where its plan or the server is another one. */
  loaded(venue: Venue, readAt: number): void;
  changed(change: Change): void;
  status(status: { online: boolean; stale: boolean }): void;
  failed(error: unknown): void;
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
    const { eventId, client: { api, clock, socket, tokens }, listener, maxSeats, refusal } = options;
    const queueRequired = () => void this.room.refused();
    this.room = new WaitingRoom({ eventId, api, clock, socket, tokens, listener });
    this.sale = new Sale({ eventId, api, clock, listener, pass: () => this.room.pass, maxSeats, refusal, queueRequired });
  }

  get eventId(): string {
    return this.options.eventId;
  }

  get nowMs(): number {
    return this.options.client.clock.now();
  }

  get isUnderWay(): boolean {
    return this.#follower !== null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    if (isPaused) this.#follower?.pause();
    else this.#follower?.resume();
  }

  /** Follows the event from now on. Resolves when its plan is here, and as a rule what is ours is known. */
  async start(): Promise<void> {
    this.stop();
    const follower = this.options.client.follow(this.eventId, this.#sink());
    this.#follower = follower;
    if (this.#isPaused) follower.pause();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    const opened = this.#open(follower);
    await follower.ready;
    await Promise.race([opened, pause(OPEN_PATIENCE_MS)]);
  }

  /** The buyer has another token, and is the same. */
  renew(): void {
    this.options.client.socket.reconnect();
    this.room.renew();
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
    void this.#follower?.refresh().catch(() => {});
  }

  /** With a reading, which shows nothing new where the buyer has paused it. */
  #askTheTime(): void {
    this.#readAt = performance.now();
    void this.#follower?.peek().catch(() => {});
  }

  /** Learns who the buyer is, and what is theirs; again and again until it works, or the visit has stopped. */
  async #open(follower: Follower, failures = 0): Promise<void> {
    try {
      const token = await this.options.client.tokens.get();
      if (this.#follower !== follower) return;
      if (token === undefined) return this.#close();
      const buyer = subject(token) ?? "";
      void this.room.start(buyer);
      await this.sale.open(buyer);
    } catch (error) {
      if (this.#follower !== follower) return;
      if (failures === 0) this.options.listener.failed(error);
      await pause(Math.min(OPEN_RETRY_MOST_MS, OPEN_RETRY_MS * 2 ** failures));
      if (this.#follower === follower) return this.#open(follower, failures + 1);
    }
  }

  #close(): void {
    this.sale.close();
    this.room.close();
  }

  #sink(): Sink {
    const { status, failed } = this.options.listener;
    return {
      status,
      failed,
      load: (plan, availability) => this.#load(plan, availability),
      take: (availability) => this.sale.heard(this.venue?.take(availability) ?? []),
      apply: (changes: readonly SeatState[]) => this.sale.heard(this.venue?.apply(changes) ?? []),
    };
  }

  /** A venue of its own for each reading as a whole: a server that was reset counts versions from 0 again. */
  #load(data: PlanData, availability: AvailabilityData): void {
    const readAt = performance.now();
    const isAnew = this.venue !== null;
    const plan = new Plan(data);
    const venue = new Venue(plan, (change) => venue === this.venue && this.options.listener.changed(change));
    venue.take(availability);
    this.venue = venue;
    this.sale.show(venue);
    this.options.listener.loaded(venue, readAt);
    if (isAnew && this.sale.selection.holdId) void this.sale.reread().catch(() => {});
  }

  #tick(): void {
    const nowMs = this.nowMs;
    if (this.sale.selection.holdId && performance.now() - this.#readAt > HOLDING_READ_MS) this.#askTheTime();
    this.venue?.tick(nowMs);
    this.sale.tick(nowMs);
    this.options.listener.tick(nowMs);
  }
}
