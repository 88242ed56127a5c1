/**
 * `io(url, {auth: {token}})` as the older system's pages call it: its events and verbs over the client, so that what was
 * written for a Socket.IO server runs with nothing but its import changed.
 */
import { IoSocket } from "./io-socket.js";
import type { IoOptions } from "./types.js";

export type { IoSocket } from "./io-socket.js";
export type { Acknowledge, Auth, Credentials, Failed, IoEvents, IoOptions, OfSeats, OfTrip, TripSeat, TripSeats } from "./types.js";

/** `url`: base address of the API, or of its socket; the page's own where it is left out. */
export function io(url?: string | IoOptions, options?: IoOptions): IoSocket {
  return typeof url === "object" ? new IoSocket("", url) : new IoSocket(baseOf(url ?? ""), options ?? {});
}

export default io;

/** The base address of the API: a socket's address without its `/ws`. */
function baseOf(url: string): string {
  return /^wss?:/.test(url) ? url.replace(/^ws/, "http").replace(/\/ws\/?$/, "") : url;
}
