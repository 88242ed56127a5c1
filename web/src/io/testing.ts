/** A small world for these tests: a bus of four seats, its server, and sockets that the tests drive. */
import { done, FakePage, FakeServer, FakeSockets, FakeTime, iso, tokenFor, type Asked, type FakeSocket, type Said } from "../client/testing.js";
import type { SeatState } from "../client/types.js";
import { io, type IoOptions, type IoSocket } from "./index.js";

export const TRIP = "trip123";
export const LABELS = ["1A", "1B", "2A", "2B"];

export class Bus {
  readonly time = new FakeTime();
  readonly page = new FakePage();
  readonly sockets = new FakeSockets();
  seats: SeatState[] = [];
  /** In the place of what would be answered over HTTP. */
  instead: (asked: Asked) => Response | Error | "silence" | null = () => null;
  /** What the socket answers beside joins. */
  react: (said: Said & Record<string, unknown>, socket: FakeSocket) => void = () => {};
  readonly server = new FakeServer((asked) => this.instead(asked) ?? this.#answer(asked));
  /** What was told, in order. */
  readonly told: [event: string, data: unknown][] = [];

  constructor() {
    this.sockets.react = (said, socket) => {
      const { action, requestId, eventId } = said;
      if (action === "join") socket.tell({ type: "joined", eventId, requestId, data: { at: iso(this.time.now()) } });
      else if (action === "leave") socket.tell({ type: "left", eventId, requestId, data: {} });
      else this.react(said as Said & Record<string, unknown>, socket);
    };
  }

  connect(options: IoOptions = {}, url = "http://bus.test"): IoSocket {
    const { time, page, sockets, server } = this;
    const socket = io(url, { auth: { token: tokenFor("john") }, fetch: server.fetch, WebSocket: sockets.make, time, page, ...options });
    const events = [
      "connect", "disconnect", "connect_error", "error", "seats:availability", "seat:status:changed", "seats:booked", "left", "holds",
      "seat:hold:success", "seat:hold:failed", "seat:release:success", "seat:release:failed", "booking:success", "booking:failed",
    ];
    for (const event of events) socket.on(event, (data: unknown) => this.told.push([event, data]));
    return socket;
  }

  names(): string[] {
    return this.told.map(([event]) => event);
  }

  of(event: string): any[] {
    return this.told.filter(([name]) => name === event).map(([, data]) => data);
  }

  /** What a connection was told by the client, joins and pings left out. */
  said(socket: FakeSocket = this.sockets.last): unknown[] {
    return socket.said.filter(({ action }) => !["join", "ping"].includes(action)).map(({ requestId: _, ...said }) => said);
  }

  tell(...changes: SeatState[]): void {
    this.sockets.last.tell({ type: "seat:status:changed", eventId: TRIP, data: { changes } });
  }

  #answer({ path }: Asked): Response {
    if (path.includes("/plans/")) {
      const seats = LABELS.map((id) => ({ id, categoryId: id.startsWith("1") ? "executive" : "standard" }));
      return done({ layout: { id: "coach", version: 1 }, seats });
    }
    const asOf = iso(this.time.now());
    const categories = [{ id: "executive", price: 24 }, { id: "standard", price: null }];
    const about = { etag: JSON.stringify(this.seats), "holdfast-as-of": asOf };
    return done({ eventId: TRIP, layoutId: "coach", layoutVersion: 1, asOf, categories, seats: this.seats }, about);
  }
}
