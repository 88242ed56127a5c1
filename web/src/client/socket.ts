/**
 * The WebSocket: stays connected as long as it is wanted, notices when it is not any more, and matches answers to what was
 * asked. What was missed in between is not its business.
 */
import { backoff } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { Unanswered } from "./errors.js";
import { isFailure, parseFrame, type Action, type Done, type Fields, type Frame } from "./frames.js";
import { Questions } from "./questions.js";
import { realPage, realTime, type Clockwork, type Page } from "./surroundings.js";
import { expiry, type Tokens } from "./tokens.js";

export interface SocketListener {
  opened?(): void;
  frame?(frame: Frame): void;
  closed?(): void;
  /** A connection did not come about; the next one is tried in a while. */
  failed?(error: unknown): void;
}

export interface SocketOptions {
  /** Asked with every connection. */
  address(): string;
  tokens: Tokens;
  clock: ServerClock;
  WebSocket?: typeof WebSocket | undefined;
  time?: Clockwork | undefined;
  page?: Page | undefined;
}

/** API Gateway closes a connection that is silent for ten minutes. */
const PING_MS = 4 * 60_000;
const CONNECT_MS = 10_000;
const RECONNECT_LEAST_MS = 500;
const RECONNECT_MOST_MS = 20_000;
/** How long before the token's end to connect anew, and by how much more, so that not everyone does at once. */
const RENEW_MS = 30_000;
const RENEW_SPREAD_MS = 30_000;
const RENEW_LEAST_MS = 5_000;

type State = "idle" | "waiting" | "connecting" | "open";

export class Socket {
  #state: State = "idle";
  #isWanted = false;
  #socket: WebSocket | null = null;
  #token: string | undefined;
  /** Grows with each connection, so that what an older one still says is known to be old. */
  #turn = 0;
  #failures = 0;
  #timers: (() => void)[] = [];
  #heard: (() => void)[] = [];
  readonly #listeners = new Set<SocketListener>();
  readonly #questions: Questions;
  readonly #time: Clockwork;
  readonly #page: Page;

  constructor(private readonly options: SocketOptions) {
    this.#time = options.time ?? realTime;
    this.#page = options.page ?? realPage;
    this.#questions = new Questions(this.#time);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Connects, and stays connected until `close`. Twice is once. */
  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#heard = [
      this.#page.on("online", () => this.#hurry()),
      this.#page.on("seen", () => this.#hurry()),
      this.#page.on("restored", () => this.#hurry()),
      this.#page.on("offline", () => this.#lose()),
      // A page with an open connection could not go into the back/forward cache.
      this.#page.on("frozen", () => this.#end()),
    ];
    void this.#connect();
  }

  /** Connects anew, with the token that there is now. */
  reconnect(): void {
    if (!this.#isWanted) return;
    this.#end();
    void this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    this.#heard.splice(0).forEach((end) => end());
    this.#end();
  }

  /** Returns what ends it. */
  listen(listener: SocketListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the frame that answers; rejects with `Refused`, or with `Unanswered`. */
  async ask<A extends Action>(action: A, fields: Fields<A>): Promise<Done<A>> {
    if (!this.isOpen) throw new Unanswered("offline");
    return this.#questions.ask<A>((requestId) => this.#socket?.send(JSON.stringify({ action, requestId, ...fields })));
  }

  // ---- One connection ---------------------------------------------------------------------------------------------

  async #connect(): Promise<void> {
    const turn = this.#begin("connecting");
    this.#later(CONNECT_MS, () => this.#lose());
    try {
      const token = await this.options.tokens.get();
      if (turn !== this.#turn) return;
      const Connection = this.options.WebSocket ?? globalThis.WebSocket;
      if (token === undefined || Connection === undefined) return void this.#begin("idle");
      this.#token = token;
      this.#attach(turn, new Connection(this.options.address(), ["holdfast", token]));
    } catch (error) {
      if (turn === this.#turn) this.#lose(error);
    }
  }

  #attach(turn: number, socket: WebSocket): void {
    this.#socket = socket;
    const on = (type: "open" | "message" | "close", run: (event: MessageEvent) => void) =>
      socket.addEventListener(type, (event) => {
        if (turn === this.#turn) run(event as MessageEvent);
      });
    on("open", () => this.#opened());
    on("message", ({ data }) => this.#receive(data));
    on("close", () => this.#lose());
  }

  #opened(): void {
    this.#callOff();
    this.#state = "open";
    this.#pingLater();
    this.#renewLater();
    this.#tell((listener) => listener.opened?.());
  }

  #receive(data: unknown): void {
    const frame = parseFrame(data);
    if (!frame) return;
    const isUnauthorized = isFailure(frame) && frame.data.code === "unauthorized";
    if (!isUnauthorized) this.#failures = 0;
    this.#questions.answer(frame);
    this.#tell((listener) => listener.frame?.(frame));
    if (!isUnauthorized) return;
    this.#forgetToken();
    this.#lose();
  }

  /** What is left of a connection, or of waiting for one. */
  #end(): void {
    const wasOpen = this.isOpen;
    const socket = this.#socket;
    this.#socket = null;
    this.#begin("idle");
    socket?.close();
    this.#questions.drop();
    if (wasOpen) this.#tell((listener) => listener.closed?.());
  }

  #begin(state: State): number {
    this.#callOff();
    this.#state = state;
    return (this.#turn += 1);
  }

  // ---- And the next one -------------------------------------------------------------------------------------------

  /** The connection is gone, or never came about. */
  #lose(error: unknown = new Unanswered("offline")): void {
    const wasConnecting = this.#state === "connecting";
    // A handshake that is refused looks like any other that fails. It may be for the token, so that now and then another
    // one is tried.
    if (wasConnecting && this.#failures % 4 === 1) this.#forgetToken();
    this.#end();
    const turn = this.#turn;
    if (wasConnecting) this.#tell((listener) => listener.failed?.(error));
    // Whoever was told may have ended it, or connected anew.
    if (!this.#isWanted || turn !== this.#turn) return;
    const wait = backoff(this.#failures, RECONNECT_LEAST_MS, RECONNECT_MOST_MS, () => this.#time.random());
    this.#failures += 1;
    this.#begin("waiting");
    this.#later(wait, () => void this.#connect());
  }

  /** The network is back, or somebody looks again: now is the time to know. */
  #hurry(): void {
    if (this.isOpen) void this.#check();
    else if (this.#state !== "connecting") void this.#connect();
  }

  /** A connection that does not answer is none. */
  async #check(): Promise<void> {
    const turn = this.#turn;
    const sentAt = this.#time.now();
    try {
      const { data } = await this.ask("ping", {});
      this.options.clock.heard(data.at, sentAt, this.#time.now());
    } catch (error) {
      if (error instanceof Unanswered && turn === this.#turn) this.#lose();
    }
  }

  #pingLater(): void {
    this.#later(PING_MS, () => {
      void this.#check();
      this.#pingLater();
    });
  }

  /** Once its token has run out, a connection is of no more use. */
  #renewLater(): void {
    const left = expiry(this.#token ?? "") - this.options.clock.now();
    if (left <= 0 || left === Infinity || !this.options.tokens.isRenewable) return;
    const early = RENEW_MS + this.#time.random() * RENEW_SPREAD_MS;
    const wait = Math.max(left - early, left / 2, RENEW_LEAST_MS);
    this.#later(wait, () => {
      this.#forgetToken();
      this.reconnect();
    });
  }

  /** The next connection asks for another one. */
  #forgetToken(): void {
    if (this.#token !== undefined) this.options.tokens.expired(this.#token);
  }

  // ---- Small things -----------------------------------------------------------------------------------------------

  #later(ms: number, run: () => void): void {
    this.#timers.push(this.#time.after(ms, run));
  }

  #callOff(): void {
    this.#timers.splice(0).forEach((callOff) => callOff());
  }

  #tell(what: (listener: SocketListener) => void): void {
    [...this.#listeners].forEach(what);
  }
}
