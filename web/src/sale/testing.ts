/** A sale over an engine that tests answer for, call by call. */
import { afterEach } from "node:test";
import type { Api } from "../client/api.js";
import type { ServerClock } from "../client/clock.js";
import { availability, planData, START } from "../venue/testing.js";
import { Plan } from "../venue/plan.js";
import { Venue } from "../venue/venue.js";
import type { Hold } from "../client/types.js";
import { Sale, type SaleOptions } from "./sale.js";
import type { Trouble } from "./trouble.js";

export type Call = { name: string; body: unknown; options: unknown };

/** Answers by the name of the call; each gets the body. */
export type Answers = Partial<Record<keyof Api, (body: never) => unknown>>;

export interface Scene {
  sale: Sale;
  venue: Venue;
  calls: Call[];
  /** What the listener heard, in order: its name and what it was told. */
  told: [string, unknown][];
  clock: { nowMs: number };
  answers: Answers;
  look(id: string): string;
}

export function hold(seatIds: string[], { expiresInSeconds = 600, price = 50, holdId = "h1" } = {}): Hold {
  const seats = seatIds.map((seatId) => ({ seatId, categoryId: "front", price }));
  const expiresAt = new Date(START + expiresInSeconds * 1000).toISOString();
  return { holdId, eventId: "show", expiresAt, seatIds, seats, totalAmount: price * seatIds.length, currency: "EUR" };
}

/** The answer to a hold of these seats. */
export function heldAnswer(seatIds: string[], options: Parameters<typeof hold>[1] = {}) {
  const { holdId, eventId, expiresAt, totalAmount, currency } = hold(seatIds, options);
  return { holdId, eventId, expiresAt, totalAmount, currency, heldSeats: seatIds, conflictingSeats: [], conflicts: [], serverTime: expiresAt };
}

const open: Sale[] = [];
// A channel to other tabs would keep the tests running.
afterEach(() => open.splice(0).forEach((sale) => sale.stop()));

export function scene(answers: Answers = {}, options: Partial<SaleOptions> = {}): Scene {
  const calls: Call[] = [];
  const told: [string, unknown][] = [];
  const clock = { nowMs: START };
  const all: Answers = { holds: () => ({ holds: [], serverTime: "" }), bookings: () => [], ...answers };
  const api = new Proxy({}, {
    get: (_, name: keyof Api) => async (body: never, callOptions: unknown) => {
      calls.push({ name, body, options: callOptions });
      return all[name]!(body);
    },
  }) as Api;
  const tell = (name: string) => (what: unknown) => void told.push([name, what]);
  const sale = new Sale({
    eventId: "show",
    api,
    clock: { now: () => clock.nowMs } as ServerClock,
    pass: () => undefined,
    maxSeats: () => Infinity,
    refusal: () => null as Trouble | null,
    queueRequired: () => told.push(["queueRequired", null]),
    random: () => 0,
    listener: {
      beforeHold: () => true,
      holdChanged: tell("holdChanged"),
      seatsLost: tell("seatsLost"),
      holdExpiring: tell("holdExpiring"),
      holdExpired: tell("holdExpired"),
      booked: tell("booked"),
      buyerChanged: () => {},
      rested: () => {},
    },
    ...options,
  });
  open.push(sale);
  const venue = new Venue(new Plan(planData()));
  venue.take(availability());
  sale.show(venue);
  return { sale, venue, calls, told, clock, answers: all, look: (id) => venue.look(venue.plan.indexOf(id)!) };
}

/** A scene whose buyer has come already: what was read for that is forgotten. */
export async function opened(answers: Answers = {}, options: Partial<SaleOptions> = {}): Promise<Scene> {
  const made = scene(answers, options);
  await made.sale.open("alice");
  made.calls.length = made.told.length = 0;
  return made;
}

/** Lets everything that is due now happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
