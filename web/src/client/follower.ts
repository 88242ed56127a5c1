/**
 * How a venue is kept true: its plan is read once, its availability again and again, mostly to hear that nothing is new,
 * and in between the socket's frames tell what changes.
 */
import { Alarm } from "./alarm.js";
import type { Api, AvailabilityReading } from "./api.js";
import { isFinal, Refused, Unanswered } from "./errors.js";
import { Inbox } from "./inbox.js";
import { catchesUp, waitAfterAnswer, waitAfterFailure, type Situation } from "./pace.js";
import { isSameRun, runOf, type Run } from "./run.js";
import type { Socket } from "./socket.js";
import { Standing, type Status } from "./standing.js";
import { realPage, realTime, type Clockwork, type Page } from "./surroundings.js";
import { committedBy, Told } from "./told.js";
import type { Tokens } from "./tokens.js";
import type { AvailabilityData, PlanData, SeatState } from "./types.js";
import { Watch } from "./watch.js";

export type { Status } from "./standing.js";

export interface Sink {
  /** Another plan, with all that is known of its seats. */
  load(plan: PlanData, availability: AvailabilityData): void;
  take(availability: AvailabilityData): void;
  apply(changes: readonly SeatState[]): void;
  status(status: Status): void;
  /** The server has said no, or the sink has failed. It goes on trying. */
  failed?(error: unknown): void;
}

export interface FollowerOptions {
  eventId: string;
  sink: Sink;
  api: Api;
  socket: Socket;
  tokens: Tokens;
  time?: Clockwork | undefined;
  page?: Page | undefined;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

interface Asking extends Waiter {
  /** Whether what is read is shown even if paused. */
  isToShow: boolean;
}

const CLOSED_WITHIN_MS = 3_000;
const JOINED_WITHIN_MS = 1_000;

export class Follower {
  /** Resolved once there is a plan. Rejected where waiting would not bring one, or with `stop`. */
  readonly ready: Promise<void>;
  #readyWaiter!: Waiter;
  /** Of the reading that is shown, or waits to be. */
  #shown: Run | null = null;
  #etag: string | null = null;
  #isCaughtUp = false;
  #isLoading = true;
  #isPaused = false;
  #failures = 0;
  #reported: unknown = null;
  #asking: Asking[] = [];
  #inbox = new Inbox();
  readonly #told = new Told();
  /** Dates what was heard until the connection was last lost. */
  #dateLost: (committedBy: number) => void = () => {};
  readonly #ending = new AbortController();
  readonly #alarm: Alarm;
  readonly #standing: Standing;
  readonly #watch: Watch;
  readonly #time: Clockwork;
  readonly #page: Page;
  readonly #heard: (() => void)[];

  constructor(private readonly options: FollowerOptions) {
    this.#time = options.time ?? realTime;
    this.#page = options.page ?? realPage;
    this.#alarm = new Alarm(this.#time);
    const known = () => ({ ...this.#situation, isSeen: this.#shown !== null && !this.#page.isHidden() });
    this.#standing = new Standing(this.#time, known, (status) => options.sink.status(status));
    this.ready = new Promise((resolve, reject) => (this.#readyWaiter = { resolve, reject }));
    this.ready.catch(() => {});
    this.#watch = new Watch(options.socket, options.eventId, this.#time, {
      changed: () => this.#connectionChanged(),
      changes: (changes) => this.#receive(changes),
    });
    this.#heard = [
      this.#page.on("seen", () => this.#seen()),
      this.#page.on("restored", () => this.#seen()),
      this.#page.on("online", () => this.#alarm.ring()),
      this.#page.on("offline", () => this.#standing.reached(false)),
    ];
    void this.#run();
  }

  get isStopped(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Holds back what is heard, until `resume`, or for once until `refresh`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#deliver();
    this.#alarm.ring();
  }

  /** Reads now. Resolves when what is shown is not older than this call. */
  refresh(): Promise<void> {
    return this.#ask(true);
  }

  /** Reads now, for the server's clock: paused, what is read waits as ever. */
  peek(): Promise<void> {
    return this.#ask(false);
  }

  stop(): void {
    if (this.isStopped) return;
    this.#ending.abort();
    this.#watch.stop();
    this.#standing.stop();
    this.#heard.forEach((end) => end());
    [this.#readyWaiter, ...this.#asking].forEach((waiter) => waiter.reject(this.#ending.signal.reason));
    this.#alarm.ring();
  }

  #ask(isToShow: boolean): Promise<void> {
    this.#alarm.ring();
    return new Promise((resolve, reject) => {
      if (this.isStopped) reject(this.#ending.signal.reason);
      else this.#asking.push({ resolve, reject, isToShow });
    });
  }

  // ---- The loop ---------------------------------------------------------------------------------------------------

  async #run(): Promise<void> {
    while (!this.isStopped) {
      const wait = await this.#turn();
      await this.#alarm.wait(wait);
      // Who does not look needs no reading; frames go on, and the first look rings.
      while (this.#isIdle) await this.#alarm.wait(Infinity);
    }
  }

  get #isIdle(): boolean {
    return this.#page.isHidden() && this.#shown !== null && !this.#asking.length && !this.isStopped;
  }

  /** Reads once. Resolves with the time until the next reading. */
  async #turn(): Promise<number> {
    const { tokens, socket } = this.options;
    if (tokens.has) socket.open();
    const asking = this.#asking.splice(0);
    try {
      await this.#read();
      if (asking.some(({ isToShow }) => isToShow) && !this.#isLoading) this.#inbox.empty(this.options.sink);
      asking.forEach(({ resolve }) => resolve());
      return this.#succeeded();
    } catch (error) {
      asking.forEach(({ reject }) => reject(error));
      return this.isStopped ? 0 : this.#failed(error);
    }
  }

  #succeeded(): number {
    this.#failures = 0;
    this.#reported = null;
    this.#readyWaiter.resolve();
    this.#standing.reached(true);
    return waitAfterAnswer(this.#situation, () => this.#time.random());
  }

  #failed(error: unknown): number {
    const isBug = !(error instanceof Refused || error instanceof Unanswered);
    const isHopeless = isBug || isFinal(error);
    this.#failures += 1;
    if (isHopeless) this.#readyWaiter.reject(error);
    this.#standing.reached(!(error instanceof Unanswered));
    if (!(error instanceof Unanswered)) this.#report(error);
    const wait = waitAfterFailure(this.#failures, isHopeless, () => this.#time.random());
    const asked = isBug ? 0 : (error.retryAfterSeconds ?? 0) * 1000;
    return Math.max(wait, asked);
  }

  /** Once, as long as it is the same. */
  #report(error: unknown): void {
    const what = error instanceof Refused ? error.code : String(error);
    if (what === this.#reported) return;
    this.#reported = what;
    this.options.sink.failed?.(error);
  }

  // ---- Readings ---------------------------------------------------------------------------------------------------

  async #read(): Promise<void> {
    const date = this.#told.mark();
    let reading = await this.#fetch(this.#etag);
    // It is as it was before the frames that it has to show: look closer.
    if (!reading.data && this.#told.isDue(reading.asOf)) reading = await this.#fetch(null);
    const { data, etag, asOf } = reading;
    if (data) await this.#take(data);
    this.#etag = etag;
    if (asOf !== null) date(committedBy(asOf));
    this.#standing.vouch();
    if (catchesUp(asOf, this.#watch.joined)) this.#isCaughtUp = true;
  }

  async #fetch(etag: string | null): Promise<AvailabilityReading> {
    const { api, eventId } = this.options;
    const signal = this.#ending.signal;
    const reading = await api.availability(eventId, etag, { signal });
    signal.throwIfAborted();
    return reading;
  }

  async #take(availability: AvailabilityData): Promise<void> {
    const next = runOf(availability);
    const known = this.#isLoading ? null : this.#shown;
    if (known && isSameRun(known, next) && this.#told.isIn(availability)) {
      this.#inbox.put(availability);
      this.#deliver();
    } else await this.#load(availability);
    this.#shown = next;
  }

  /** Frames that come meanwhile may tell of seats that only the new plan has: they wait for it. */
  async #load(availability: AvailabilityData): Promise<void> {
    const { api, sink } = this.options;
    const signal = this.#ending.signal;
    if (!this.#isLoading) this.#forget();
    const plan = await api.plan(availability.layoutId, availability.layoutVersion, { signal });
    signal.throwIfAborted();
    sink.load(plan, availability);
    this.#isLoading = false;
    this.#deliver();
    // What was forgotten may have told of the new plan too: that is caught up with, as after any join.
    if (this.#shown) void this.#watch.join();
  }

  /** What was heard until now was of the plan, or of the stack, before. */
  #forget(): void {
    this.#isLoading = true;
    this.#etag = null;
    this.#inbox = new Inbox();
    this.#told.clear();
  }

  #receive(changes: readonly SeatState[]): void {
    this.#told.hear(changes);
    this.#inbox.add(changes);
    this.#deliver();
  }

  #deliver(): void {
    if (!this.#isPaused && !this.#isLoading) this.#inbox.empty(this.options.sink);
  }

  // ---- What is known of the connection ----------------------------------------------------------------------------

  get #situation(): Situation {
    return { hasToken: this.options.tokens.has, joined: this.#watch.joined, isCaughtUp: this.#isCaughtUp };
  }

  #connectionChanged(): void {
    const { joined } = this.#watch;
    const isJoined = joined !== null;
    if (joined) this.#dateLost(Date.parse(joined.at));
    else this.#dateLost = this.#told.mark();
    this.#isCaughtUp = false;
    this.#standing.connectionChanged(isJoined);
    this.#alarm.within(isJoined ? JOINED_WITHIN_MS : CLOSED_WITHIN_MS * this.#time.random());
  }

  #seen(): void {
    this.#standing.seen();
    this.#alarm.ring();
  }
}
