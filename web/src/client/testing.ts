/** A small world for the client's tests: time that is moved by hand, a page, a server behind `fetch`, and sockets. */
import type { Frame } from "./frames.js";
import type { Clockwork, Page, PageEvent } from "./surroundings.js";

export const START = Date.parse("2026-05-01T18:00:00.000Z");

export const iso = (ms: number) => new Date(ms).toISOString();

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves only when told. `random` gives 0.5, so that every jitter is in the middle. */
export class FakeTime implements Clockwork {
  #now = START;
  /** How far the device's clock was set. */
  #set = 0;
  #timers: { at: number; run: () => void }[] = [];

  now = () => this.#now;
  deviceNow = () => this.#now + this.#set;
  random = () => 0.5;

  after = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  };

  get pending(): number {
    return this.#timers.length;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /** The device's clock is set to another time; all else goes on as it was. */
  set(ms: number): void {
    this.#set = ms - this.#now;
  }

  #next(end: number) {
    const due = this.#timers.filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

export class FakePage implements Page {
  isSeen = true;
  isConnected = true;
  readonly #heard = new Map<PageEvent, Set<() => void>>();

  isOnline = () => this.isConnected;
  isHidden = () => !this.isSeen;

  on = (event: PageEvent, run: () => void) => {
    const heard = this.#heard.get(event) ?? new Set();
    this.#heard.set(event, heard.add(run));
    return () => void heard.delete(run);
  };

  fire(event: PageEvent): void {
    this.#heard.get(event)?.forEach((run) => run());
  }

  get listening(): number {
    return [...this.#heard.values()].reduce((sum, { size }) => sum + size, 0);
  }

  hide(): void {
    this.isSeen = false;
  }

  see(): void {
    this.isSeen = true;
    this.fire("seen");
  }
}

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

type Reaction = Response | Promise<Response> | Error | "silence";

/** Answers as told, and remembers what was asked. */
export class FakeServer {
  readonly asked: Asked[] = [];

  constructor(public react: (asked: Asked) => Reaction) {}

  fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
    const asked = { method: init.method ?? "GET", path: String(url), headers: new Headers(init.headers), body };
    this.asked.push(asked);
    const reaction = this.react(asked);
    if (reaction === "silence") return new Promise(() => {});
    if (reaction instanceof Error) throw reaction;
    return reaction;
  };
}

export const lost = () => new TypeError("Failed to fetch");

export function done(data: unknown, headers: Record<string, string> = {}): Response {
  return Response.json({ success: true, message: "OK", data }, { headers });
}

export interface NoOptions {
  data?: unknown;
  headers?: Record<string, string>;
}

export function no(status: number, code: string, { data = {}, headers = {} }: NoOptions = {}): Response {
  return Response.json({ success: false, code, message: `It is ${code}`, data }, { status, headers });
}

/** A token of `sub`, good for so many seconds from the start. */
export function tokenFor(sub: string, seconds = 3600): string {
  const claims = Buffer.from(JSON.stringify({ sub, exp: START / 1000 + seconds })).toString("base64url");
  return `e30.${claims}.c2ln`;
}

export interface Said {
  action: string;
  requestId: string;
  eventId?: string;
}

/** One connection, driven by the test. `FakeSockets.make` is what is passed as `WebSocket`. */
export class FakeSocket extends EventTarget {
  readonly said: Said[] = [];
  isClosed = false;

  constructor(
    readonly url: string,
    readonly protocols: string[],
    private readonly react: (said: Said, socket: FakeSocket) => void,
  ) {
    super();
  }

  send(text: string): void {
    const said = JSON.parse(text) as Said;
    this.said.push(said);
    queueMicrotask(() => this.react(said, this));
  }

  close(): void {
    this.isClosed = true;
  }

  accept(): void {
    this.dispatchEvent(new Event("open"));
  }

  tell(frame: Frame | Record<string, unknown>): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  /** The connection ends without this side having wished it. */
  drop(): void {
    this.dispatchEvent(new Event("close"));
  }
}

export class FakeSockets {
  readonly all: FakeSocket[] = [];
  /** What a connection answers to what it is told. */
  react: (said: Said, socket: FakeSocket) => void = () => {};
  /** What becomes of a new connection. */
  greet: (socket: FakeSocket) => void = (socket) => socket.accept();

  get last(): FakeSocket {
    return this.all.at(-1)!;
  }

  get make(): typeof WebSocket {
    const { all } = this;
    const connect = (url: string, protocols: string[]) => {
      const socket = new FakeSocket(url, protocols, (said, each) => this.react(said, each));
      all.push(socket);
      queueMicrotask(() => this.greet(socket));
      return socket;
    };
    return function make(url: string, protocols: string[]) {
      return connect(url, protocols);
    } as unknown as typeof WebSocket;
  }
}
