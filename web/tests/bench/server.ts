/** All that a page asks for while it is measured, answered by the browser's own routes: no server, no network. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext, Route, WebSocketRoute } from "playwright-core";
import type { SeatState } from "../../src/client/types.js";
import { EVENT, type Hall } from "./venues.js";

/** Under https, so that the page may use all that browsers keep for such pages. */
export const ADDRESS = "https://seats.example/";

const NEVER = 4_102_444_800;
const LINE = { mode: "off", open: true, opensAt: null, waiting: 0, admitPerMinute: 60, seatsLeft: 1, byPriority: {} };

/** Signed by nobody: there is nobody who would look. */
const TOKEN = ["{}", JSON.stringify({ sub: "bench", exp: NEVER }), ""]
  .map((part) => Buffer.from(part).toString("base64url")).join(".");

const MARKUP = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Bench</title></head>
<body><seat-map event-id="${EVENT}" token="${TOKEN}"></seat-map><script type="module" src="/seat-map.js"></script></body>
</html>`;

export class Server {
  /** How often the availability was asked for. */
  readings = 0;
  readonly #plan: Buffer;
  readonly #availability: Buffer;
  #socket: WebSocketRoute | null = null;

  constructor({ plan, availability }: Hall) {
    this.#plan = enveloped(plan);
    this.#availability = enveloped(availability);
  }

  async serve(context: BrowserContext): Promise<void> {
    await context.route("**/*", (route) => this.#answer(route));
    await context.routeWebSocket(/\/ws$/, (socket) => this.#meet(socket));
  }

  get isJoined(): boolean {
    return this.#socket !== null;
  }

  push(changes: readonly SeatState[]): void {
    this.#socket?.send(JSON.stringify({ type: "seat:status:changed", eventId: EVENT, data: { changes } }));
  }

  async #answer(route: Route): Promise<void> {
    const { pathname } = new URL(route.request().url());
    const json = (body: Buffer, headers = {}) => (
      route.fulfill({ body, headers: { "content-type": "application/json", ...headers } }));
    if (pathname === "/") return route.fulfill({ contentType: "text/html", body: MARKUP });
    if (pathname.endsWith(".js")) {
      return route.fulfill({ contentType: "text/javascript", body: await built(basename(pathname)) });
    }
    if (pathname.includes("/plans/")) return json(this.#plan);
    if (pathname.includes("/availability/")) {
      this.readings += 1;
      return json(this.#availability, { etag: '"1"', "holdfast-as-of": new Date().toISOString() });
    }
    if (pathname.endsWith("/line")) return json(enveloped(LINE));
    if (pathname.endsWith("/holds")) return json(enveloped({ holds: [], serverTime: new Date().toISOString() }));
    if (pathname.endsWith("/bookings")) return json(enveloped({ bookings: [], nextCursor: null }));
    return route.fulfill({ status: 404 });
  }

  #meet(socket: WebSocketRoute): void {
    socket.onMessage((message) => {
      const { action, requestId } = JSON.parse(String(message)) as { action: string; requestId: string };
      if (action !== "join") return;
      this.#socket = socket;
      socket.send(JSON.stringify({ type: "joined", eventId: EVENT, requestId, data: { at: new Date().toISOString() } }));
    });
  }
}

/** A module of the built package. */
export function built(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)));
}

function enveloped(data: unknown): Buffer {
  return Buffer.from(JSON.stringify({ success: true, message: "", data }));
}
