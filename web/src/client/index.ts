/**
 * The typed client, without anything of the map: for shops that draw their own, and for servers. Works in browsers and in
 * Node, where a WebSocket may have to be passed in.
 */
import { Api } from "./api.js";
import { ServerClock } from "./clock.js";
import { Follower, type Sink } from "./follower.js";
import { Http } from "./http.js";
import { Socket } from "./socket.js";
import { realTime, type Clockwork, type Page } from "./surroundings.js";
import { Tokens, type TokenSource } from "./tokens.js";

export { isFinal, Refused, Unanswered } from "./errors.js";
export { subject } from "./tokens.js";
export type { Api, AvailabilityReading, CallOptions, ChangeOptions, HoldOptions } from "./api.js";
export type { ServerClock } from "./clock.js";
export type { Follower, Sink, Status } from "./follower.js";
export type { Action, Done, Fields, Frame, Joined, Pushed } from "./frames.js";
export type { Body, Data } from "./paths.js";
export type { Socket, SocketListener } from "./socket.js";
export type { Tokens, TokenSource } from "./tokens.js";
export type * from "./types.js";

export interface ClientOptions extends TokenSource {
  /** Base address of the API; the page's own where it is left out. */
  api?: string | null | undefined;
  /** Address of the socket; `api` with `/ws` where it is left out. */
  ws?: string | null | undefined;
  fetch?: typeof fetch | undefined;
  WebSocket?: typeof WebSocket | undefined;
  time?: Clockwork | undefined;
  page?: Page | undefined;
}

export interface Client {
  readonly api: Api;
  readonly clock: ServerClock;
  readonly tokens: Tokens;
  readonly socket: Socket;
  /** Keeps `sink` true to the event until it is stopped. Connects where there is a token. */
  follow(eventId: string, sink: Sink): Follower;
  /** Ends the connection, and whatever was followed. */
  close(): void;
}

export function createClient(options: ClientOptions = {}): Client {
  const { time = realTime, page } = options;
  const clock = new ServerClock(() => time.now(), () => time.deviceNow());
  const tokens = new Tokens(options, () => clock.now());
  const api = new Api(new Http({ base: options.api ?? "", tokens, clock, fetch: options.fetch, time, page }));
  const address = () => socketAddress(options.api, options.ws);
  const socket = new Socket({ address, tokens, clock, WebSocket: options.WebSocket, time, page });
  let followers: Follower[] = [];
  return {
    api, clock, tokens, socket,
    follow(eventId, sink) {
      const follower = new Follower({ eventId, sink, api, socket, tokens, time, page });
      followers = [...followers.filter(({ isStopped }) => !isStopped), follower];
      return follower;
    },
    close() {
      followers.forEach((follower) => follower.stop());
      socket.close();
    },
  };
}

/** Where the socket is: its own address, or that of the API with `/ws`, which may be relative to the page. */
export function socketAddress(api: string | null | undefined, ws: string | null | undefined): string {
  const page = globalThis.location?.href;
  const address = new URL(ws || `${(api ?? "").replace(/\/+$/, "")}/ws`, page);
  address.protocol = address.protocol.replace(/^http/, "ws");
  return address.href;
}
