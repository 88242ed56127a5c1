/**
 * Requests over HTTP: with the buyer's token, with the same key as often as they must be sent, and with an ear for the
 * server's clock.
 */
import { open, readJson } from "./answer.js";
import type { ServerClock } from "./clock.js";
import { Refused, Unanswered } from "./errors.js";
import { ANSWER_MS, IN_ALL_MS, outcome, TRIES, waitBeforeRetry } from "./retry.js";
import { realPage, realTime, type Clockwork, type Page } from "./surroundings.js";
import type { Tokens } from "./tokens.js";

export { Refused, Unanswered } from "./errors.js";

export interface HttpOptions {
  tokens: Tokens;
  clock: ServerClock;
  /** Base address of the API; empty for the page's own. */
  base?: string | undefined;
  fetch?: typeof fetch | undefined;
  time?: Clockwork | undefined;
  page?: Page | undefined;
}

export interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Asked without a token: the answer is the same for everyone, so that caches may have it. */
  isPublic?: boolean;
  /** Of an answer that the caller has: its body is not wanted again. */
  knownEtag?: string | null;
  /** How often to send it at most while it is not answered. */
  tries?: number;
  /** The `Idempotency-Key` of a POST; drawn where none is given. */
  key?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  /** null where nothing has changed since `knownEtag`. */
  data: unknown;
  headers: Headers;
}

/** A call under way: what was drawn for it, and when it was sent first. */
interface Sending extends Call {
  headers: Record<string, string>;
  firstSentAt: number;
}

export class Http {
  readonly #base: string;
  readonly #time: Clockwork;
  readonly #page: Page;
  readonly #fetch: typeof fetch;

  constructor(private readonly options: HttpOptions) {
    this.#base = (options.base ?? "").replace(/\/+$/, "");
    this.#time = options.time ?? realTime;
    this.#page = options.page ?? realPage;
    // Called on its own, for fetch is not to be a method of this object.
    const given = options.fetch;
    this.#fetch = (...request) => (given ?? globalThis.fetch)(...request);
  }

  /** Resolves with the answer's data, or rejects with `Refused`, `Unanswered`, or the reason of the signal. */
  async send(call: Call): Promise<Answer> {
    const sending: Sending = { ...call, headers: headersOf(call), firstSentAt: this.#time.now() };
    let lost: Unanswered | null = null;
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.#sendAuthorised(sending);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (error instanceof Unanswered) lost = error;
        const wait = waitBeforeRetry(error, failures, () => this.#time.random());
        const isLast = failures + 1 >= (call.tries ?? TRIES);
        if (wait === null || isLast || this.#left(sending) <= wait) throw outcome(lost, error);
        await this.#pause(wait, call.signal);
      }
    }
  }

  /** A token that was refused is replaced once. */
  async #sendAuthorised(sending: Sending): Promise<Answer> {
    const { tokens } = this.options;
    const limit = Math.min(ANSWER_MS, this.#left(sending));
    return this.#within(limit, sending.signal, async (signal) => {
      const token = sending.isPublic ? undefined : await tokens.get();
      try {
        return await this.#sendOnce(sending, token, signal);
      } catch (error) {
        const isTheToken = error instanceof Refused && error.status === 401;
        if (!isTheToken || token === undefined || !tokens.isRenewable) throw error;
        tokens.expired(token);
        return this.#sendOnce(sending, await tokens.get(), signal);
      }
    });
  }

  async #sendOnce(sending: Sending, token: string | undefined, signal: AbortSignal): Promise<Answer> {
    const sentAt = this.#time.now();
    try {
      const response = await this.#fetch(this.#base + sending.path, initOf(sending, token, signal));
      const data = await this.#read(response, sending.knownEtag ?? null);
      this.#hearTheClock(response.headers, data, sending.method === "POST" ? sending.firstSentAt : sentAt, sentAt);
      return { data, headers: response.headers };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused || error instanceof Unanswered) throw error;
      throw new Unanswered("offline", { cause: error });
    }
  }

  /** The answer's data; null where it is what the caller knows. */
  async #read(response: Response, knownEtag: string | null): Promise<unknown> {
    const isSame = response.ok && knownEtag !== null && response.headers.get("etag") === knownEtag;
    if (!isSame && response.status !== 304) return open(response, await readJson(response));
    // A body that is not wanted is read all the same: given up, the browser could not keep it.
    await response.arrayBuffer();
    return null;
  }

  /** An answer to a key that was sent before may be the first one's, and its `serverTime` with it. */
  #hearTheClock(headers: Headers, data: unknown, firstSentAt: number, sentAt: number): void {
    const receivedAt = this.#time.now();
    const { serverTime } = Object(data) as { serverTime?: unknown };
    const asOf = headers.get("holdfast-as-of");
    if (typeof serverTime === "string") this.options.clock.heard(serverTime, firstSentAt, receivedAt);
    if (asOf !== null) this.options.clock.heardAtLeast(asOf, sentAt, receivedAt);
  }

  #left({ firstSentAt }: Sending): number {
    return firstSentAt + IN_ALL_MS - this.#time.now();
  }

  /** Ends a task when it takes too long, or when the caller wants no more of it. */
  async #within<T>(ms: number, signal: AbortSignal | undefined, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const ending = new AbortController();
    const tooLong = () => ending.abort(new Unanswered(this.#page.isOnline() ? "no_answer" : "offline"));
    const callOff = this.#time.after(ms, tooLong);
    const abort = () => ending.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      return await Promise.race([task(ending.signal), rejectedBy(ending.signal)]);
    } finally {
      callOff();
      signal?.removeEventListener("abort", abort);
    }
  }

  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const done = () => new Promise<void>((resolve) => void this.#time.after(ms, resolve));
    return signal ? Promise.race([done(), rejectedBy(signal)]) : done();
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function initOf({ method, body, headers }: Sending, token: string | undefined, signal: AbortSignal): RequestInit {
  return {
    method,
    signal,
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function headersOf({ method, body, headers, key }: Call): Record<string, string> {
  return {
    ...headers,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(method === "POST" ? { "idempotency-key": key ?? randomKey() } : {}),
  };
}

/** By hand, for crypto.randomUUID is missing where a page comes over plain HTTP. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
