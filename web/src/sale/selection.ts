/** What this buyer holds in the event, as the element's `selection` says it: always what the engine acknowledged. */
import type { Chosen, Extended, Held, Hold, PricedSeat } from "../client/types.js";

export interface Selection {
  readonly holdId: string | null;
  readonly seats: readonly PricedSeat[];
  readonly totalAmount: number;
  readonly currency: string;
  /** RFC 3339 by the server's clock; null where nothing is held. */
  readonly expiresAt: string | null;
}

export function nothingHeld(currency: string): Selection {
  return { holdId: null, seats: [], totalAmount: 0, currency, expiresAt: null };
}

/** A hold as the engine reads it back. */
export function ofHold({ holdId, seats, totalAmount, currency, expiresAt }: Hold | Extended): Selection {
  return { holdId, seats, totalAmount, currency, expiresAt };
}

/**
 * The selection after a hold was answered. `priced` gives a seat its price as this page knows it: an answer for seats by
 * name says their sum alone. Null where the two differ, and the hold has to be read.
 */
export function afterHold(before: Selection, answer: Held | Chosen, priced: (seatId: string) => PricedSeat | null): Selection | null {
  const seats = "seats" in answer ? answer.seats : answer.heldSeats.map(priced);
  if (!seats.every((seat) => seat !== null) || sum(seats) !== sum([{ price: answer.totalAmount }])) return null;
  const fresh = new Map(seats.map((seat) => [seat.seatId, seat]));
  // What is held already keeps its place: the reader is looking at it.
  const kept = before.holdId === answer.holdId ? before.seats.map((seat) => fresh.get(seat.seatId) ?? seat) : [];
  const had = new Set(kept.map(({ seatId }) => seatId));
  const all = [...kept, ...seats.filter(({ seatId }) => !had.has(seatId))];
  const { holdId, currency, expiresAt } = answer;
  return { holdId, seats: all, totalAmount: sum(all), currency, expiresAt };
}

/** The selection without some of its seats. */
export function without(before: Selection, seatIds: Iterable<string>): Selection {
  const gone = new Set(seatIds);
  const seats = before.seats.filter(({ seatId }) => !gone.has(seatId));
  return seats.length ? { ...before, seats, totalAmount: sum(seats) } : nothingHeld(before.currency);
}

export function seatIdsOf({ seats }: Selection): string[] {
  return seats.map(({ seatId }) => seatId);
}

export function isSame(a: Selection, b: Selection): boolean {
  const key = ({ holdId, seats, expiresAt }: Selection) =>
    JSON.stringify([holdId, expiresAt, seats.map(({ seatId, price, ticketTypeId }) => [seatId, price, ticketTypeId]).sort()]);
  return key(a) === key(b);
}

/** Whether the hold is over at this moment of the server's clock, in milliseconds since 1970. */
export function isOver({ expiresAt }: Selection, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs;
}

/** Whole seconds until the hold is over, at this moment of the server's clock; null where nothing is held. */
export function secondsLeft({ expiresAt }: Selection, nowMs: number): number | null {
  return expiresAt === null ? null : Math.max(0, Math.ceil((Date.parse(expiresAt) - nowMs) / 1000));
}

/** Of amounts with at most three decimals, as currencies have them, without the dust of binary fractions. */
function sum(seats: readonly { price: number }[]): number {
  return Math.round(seats.reduce((total, { price }) => total + price, 0) * 1000) / 1000;
}
