/**
 * A shop's own server: it has the pages that tests write, and passes everything else on to the stack, so that page, element
 * and API have one origin. It can be cut off: connections end without a word, and none is taken.
 *
 * Pages that Playwright would fulfil come from no address at all, and Chromium lets those ask nothing of 127.0.0.1.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { after } from "node:test";
import { STACK } from "./stack.js";

export interface Page {
  headers?: Record<string, string>;
  body: string;
  /** Hears what a form sends. */
  received?: (body: string) => void;
}

const KINDS: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };

export class Front {
  readonly #pages = new Map<string, Page>();
  readonly #open = new Set<Socket>();
  readonly #stack = new URL(STACK.base);
  #isCut = false;

  private constructor(private readonly server: Server) {
    server.on("connection", (socket) => this.#track(socket));
    server.on("request", (asked, answer) => this.#answer(asked, answer));
    server.on("upgrade", (asked, socket: Socket, head) => this.#upgrade(asked, socket, head));
  }

  static async start(): Promise<Front> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    return new Front(server);
  }

  get base(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** Serves a page from now on; its address. */
  serve(path: string, page: Page): string {
    this.#pages.set(path, page);
    return this.base + path;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  #track(socket: Socket): void {
    if (this.#isCut) socket.destroy();
    this.#open.add(socket);
    socket.on("error", () => {}).on("close", () => this.#open.delete(socket));
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const page = this.#pages.get(asked.url!);
    if (!page) return this.#passOn(asked, answer);
    const kind = KINDS[asked.url!.split(".").at(-1)!]!;
    const end = () => answer.writeHead(200, { "content-type": `${kind}; charset=utf-8`, ...page.headers }).end(page.body);
    if (page.received) void text(asked).then(page.received).then(end);
    else end();
  }

  #passOn(asked: IncomingMessage, answer: ServerResponse): void {
    const { hostname, port } = this.#stack;
    const behind = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode!, answered.rawHeaders);
      answered.pipe(answer);
    });
    behind.on("error", () => answer.destroy());
    answer.on("close", () => behind.destroy());
    asked.pipe(behind);
  }

  /** A WebSocket: the request as it came, and then whatever both sides say. */
  #upgrade(asked: IncomingMessage, near: Socket, head: Buffer): void {
    const far = connect(Number(this.#stack.port), this.#stack.hostname);
    const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    far.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    far.write(head);
    near.pipe(far).pipe(near);
    for (const [from, to] of [[near, far], [far, near]] as const) from.on("error", () => {}).on("close", () => to.destroy());
  }
}

let shared: Promise<Front> | undefined;

/** The one that all tests share that do not cut it off. */
export function front(): Promise<Front> {
  shared ??= Front.start();
  return shared;
}

after(async () => (await shared)?.stop());
