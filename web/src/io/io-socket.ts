/** The socket that `io` gives: what is emitted becomes the client's actions, and its frames become events. */
import { Refused, Unanswered } from "../client/errors.js";
import { isFailure, type Action, type Frame } from "../client/frames.js";
import { randomKey } from "../client/http.js";
import { createClient, type Client, type TokenSource } from "../client/index.js";
import { call, Emitter } from "./emitter.js";
import { eventIdOf, failureEvent, failureOf, ofTrip, payloadOf, type Fields } from "./payloads.js";
import { Trip } from "./trip.js";
import type { Acknowledge, Auth, Handler, IoEvents, IoOptions } from "./types.js";

const JOINS: readonly string[] = ["join:trip", "join"];
const LEAVES: readonly string[] = ["leave:trip", "leave"];
/** Trips tell of these. */
const TRIPS_OWN: readonly string[] = ["joined", "seats:availability", "seat:status:changed"];
const NO_SOCKETS = "There is no WebSocket here: pass one as the option WebSocket, for example that of the package ws";
const NO_TOKEN = "There is no token: pass one as the option auth, {token}";
const NOT_REACHED = "The server cannot be reached, or refuses the token";

interface Emission {
  event: string;
  fields: Fields;
  acknowledge: Acknowledge | undefined;
}

export class IoSocket {
  /** May be changed: every connection looks here. */
  auth: Auth | undefined;
  #id: string | undefined;
  /** Connected, or going to be. */
  #isWanted = false;
  #reason: IoEvents["disconnect"] = "transport close";
  /** Emitted and not sent yet, in order. */
  readonly #kept: Emission[] = [];
  #isSending = false;
  readonly #trips = new Map<string, Trip>();
  readonly #emitter = new Emitter();
  readonly #client: Client;
  readonly #tokens: TokenSource;

  /** `api`: base address of the API, or empty for the page's own. */
  constructor(api: string, private readonly options: IoOptions) {
    const { auth, autoConnect = true, ...rest } = options;
    this.auth = auth;
    this.#client = createClient({ api, ...rest });
    this.#tokens = tokensOf(() => this.auth);
    this.#askForToken();
    this.#client.socket.listen({
      opened: () => this.#opened(),
      closed: () => this.#closed(),
      failed: (error) => this.#failed(error),
      frame: (frame) => this.#hear(frame),
    });
    if (autoConnect) this.connect();
  }

  get connected(): boolean {
    return this.#id !== undefined;
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** Another one with each connection; undefined without. */
  get id(): string | undefined {
    return this.#id;
  }

  on<E extends string>(event: E, handler: Handler<E>): this {
    this.#emitter.add(event, handler as (data: unknown) => void, false);
    return this;
  }

  once<E extends string>(event: E, handler: Handler<E>): this {
    this.#emitter.add(event, handler as (data: unknown) => void, true);
    return this;
  }

  off<E extends string>(event?: E, handler?: Handler<E>): this {
    this.#emitter.remove(event, handler as ((data: unknown) => void) | undefined);
    return this;
  }

  removeAllListeners<E extends string>(event?: E): this {
    return this.off(event);
  }

  /**
   * Sent as soon as there is a connection, each when the one before is answered: so a confirm finds what was to be held
   * before it. A function in the end is called with the answer.
   */
  emit(event: string, fields?: object | Acknowledge | null, acknowledge?: Acknowledge): this {
    if (typeof fields === "function") return this.emit(event, null, fields as Acknowledge);
    this.#kept.push({ event, fields: { ...fields }, acknowledge });
    void this.#sendKept();
    return this;
  }

  /** Connects, and again whenever the connection is lost. Twice is once. */
  connect(): this {
    if (this.#isWanted) return this;
    this.#isWanted = true;
    // Whoever calls this may listen in the next line.
    queueMicrotask(() => this.#open());
    return this;
  }

  disconnect(): this {
    this.#isWanted = false;
    for (const trip of this.#trips.values()) trip.stop();
    this.#reason = "io client disconnect";
    this.#client.close();
    this.#reason = "transport close";
    return this;
  }

  open(): this {
    return this.connect();
  }

  close(): this {
    return this.disconnect();
  }

  // ---- The connection ---------------------------------------------------------------------------------------------

  #open(): void {
    if (!this.#isWanted) return;
    const hasSockets = (this.options.WebSocket ?? globalThis.WebSocket) !== undefined;
    if (hasSockets && this.#client.tokens.has) return this.#client.socket.open();
    this.#isWanted = false;
    this.#emitter.fire("connect_error", new Error(hasSockets ? NO_TOKEN : NO_SOCKETS));
  }

  #opened(): void {
    this.#id = randomKey();
    // A server of the older system would have forgotten them with the connection.
    for (const tripId of this.#trips.keys()) void this.#send({ event: "join:trip", fields: { tripId }, acknowledge: undefined });
    void this.#sendKept();
    this.#emitter.fire("connect");
  }

  #closed(): void {
    this.#id = undefined;
    this.#askForToken();
    this.#emitter.fire("disconnect", this.#reason);
  }

  #failed(error: unknown): void {
    this.#askForToken();
    const message = error instanceof Unanswered ? NOT_REACHED : (error as Error).message;
    const code = error instanceof Unanswered || error instanceof Refused ? error.code : undefined;
    this.#emitter.fire("connect_error", Object.assign(new Error(message, { cause: error }), { code }));
  }

  /** The next connection has a token of its own. */
  #askForToken(): void {
    this.#client.tokens.use(this.#tokens);
  }

  // ---- What is emitted --------------------------------------------------------------------------------------------

  async #sendKept(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.connected && this.#kept.length > 0) {
      const emission = this.#kept.shift()!;
      const sent = this.#send(emission);
      // A trip is read over HTTP, in its own time.
      if (!JOINS.includes(emission.event)) await sent;
    }
    this.#isSending = false;
  }

  async #send({ event, fields, acknowledge }: Emission): Promise<void> {
    const answer = await this.#ask(event, fields).catch((error: unknown) => this.#refuse(event, fields, error));
    if (acknowledge && answer) call(acknowledge as (answer: unknown) => void, answer);
  }

  async #ask(event: string, { action: _action, requestId: _requestId, ...fields }: Fields): Promise<object | null> {
    const eventId = eventIdOf(fields);
    if (eventId !== undefined && JOINS.includes(event)) return this.#join(eventId);
    if (eventId !== undefined && LEAVES.includes(event) && this.#leave(eventId)) return ofTrip(eventId);
    return payloadOf(await this.#client.socket.ask(event as Action, fields as never));
  }

  /** Tells why something did not work; returns what is told. */
  #refuse(event: string, fields: Fields, error: unknown): object {
    const failure = failureOf(fields, error);
    this.#emitter.fire(failureEvent(event), failure);
    return failure;
  }

  #join(eventId: string): Promise<object | null> {
    const trip = this.#trips.get(eventId) ?? new Trip(eventId, (sink) => this.#client.follow(eventId, sink), {
      availability: (seats) => this.#emitter.fire("seats:availability", seats),
      changed: (seat) => this.#emitter.fire("seat:status:changed", seat),
      failed: (error) => void this.#refuse("join:trip", { tripId: eventId }, error),
    });
    this.#trips.set(eventId, trip);
    return this.#show(eventId, trip);
  }

  /** Where waiting would not bring it, it is joined no longer. */
  async #show(eventId: string, trip: Trip): Promise<object | null> {
    try {
      return await trip.show();
    } catch (error) {
      this.#leave(eventId);
      throw error;
    }
  }

  /** Whether it was joined. */
  #leave(eventId: string): boolean {
    this.#trips.get(eventId)?.stop();
    return this.#trips.delete(eventId);
  }

  // ---- What is heard ----------------------------------------------------------------------------------------------

  #hear(frame: Frame): void {
    // Whoever was refused tells so, by the name of what was asked for.
    const isToldElsewhere = isFailure(frame) && frame.requestId !== undefined;
    if (!isToldElsewhere && !TRIPS_OWN.includes(frame.type)) this.#emitter.fire(frame.type, payloadOf(frame));
  }
}

/** The source of tokens that looks at what `auth` is by then. */
function tokensOf(auth: () => Auth | undefined): TokenSource {
  const ask = () => new Promise<string>((resolve, reject) => {
    const source = auth() as Extract<Auth, (...all: never[]) => unknown>;
    Promise.resolve(source((credentials) => resolve(credentials?.token ?? ""))).catch(reject);
  });
  return {
    get token() {
      const now = auth();
      return typeof now === "object" ? now.token : undefined;
    },
    get tokenProvider() {
      return typeof auth() === "function" ? ask : null;
    },
  };
}
