/**
 * The stack under test, spoken to as a shop's server speaks: tokens, layouts and events, and what other buyers do.
 *
 * `HOLDFAST_URL` says where it is and `HOLDFAST_JWT_SECRET` signs, as in the acceptance suite.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Layout } from "./layouts.js";

/** Of every local stack; public, and guards nothing. */
const DEVELOPMENT_SECRET = "holdfast-development-secret-known-to-everyone";
const DAY_S = 24 * 60 * 60;
const STARTS_AT = "2031-05-01T19:30:00.000Z";

export interface Stack {
  /** `http://127.0.0.1:…` */
  base: string;
  secret: string;
}

export const STACK: Stack = {
  base: (process.env.HOLDFAST_URL || "http://127.0.0.1:8080").replace(/\/$/, ""),
  secret: process.env.HOLDFAST_JWT_SECRET || DEVELOPMENT_SECRET,
};

export const freshId = () => randomBytes(8).toString("hex");

export interface Claims {
  seconds?: number;
  roles?: readonly string[];
}

export function token(sub: string, { seconds = DAY_S, roles = [] }: Claims = {}, { secret }: Stack = STACK): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, exp, ...(roles.length && { roles }) })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/** What an answer has in `data`; tests know which fields they ask for. */
type Data = Record<string, any>;

/** A buyer, or the house, who acts without a browser. */
export class Person {
  readonly token: string;

  constructor(readonly sub: string, readonly stack: Stack = STACK, roles: readonly string[] = []) {
    this.token = token(sub, { roles }, stack);
  }

  hold(eventId: string, seatIds: readonly string[], holdDurationMinutes?: number): Promise<Data> {
    return this.ask("POST", "/hold-seats", { eventId, seatIds, ...(holdDurationMinutes && { holdDurationMinutes }) });
  }

  release(eventId: string, seatIds?: readonly string[]): Promise<Data> {
    return this.ask("POST", "/release", { eventId, ...(seatIds && { seatIds }) });
  }

  /** The ids of all seats that this buyer holds in the event. */
  async held(eventId: string): Promise<string[]> {
    const { holds } = await this.ask("GET", `/holds?eventId=${eventId}`);
    return holds.flatMap((hold: Data) => hold.seats.map(({ seatId }: { seatId: string }) => seatId)).sort();
  }

  async ask(method: string, path: string, body?: unknown): Promise<Data> {
    const response = await fetch(`${this.stack.base}/seat-booking${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Data;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.code}: ${answer.message}`);
    return answer.data;
  }
}

export function buyer(name: string, stack: Stack = STACK): Person {
  return new Person(`${name}-${freshId()}`, stack);
}

export function house(stack: Stack = STACK): Person {
  return new Person("the-house", stack, ["admin"]);
}

/** Puts a layout on sale under ids of their own; the event's id. */
export async function putOnSale(layout: Layout, fields: object = {}, stack: Stack = STACK, eventId = freshId()): Promise<string> {
  const [admin, layoutId] = [house(stack), freshId()];
  await admin.ask("PUT", `/admin/layouts/${layoutId}`, layout);
  const event = { name: "Opening night", layoutId, startsAt: STARTS_AT, currency: "USD" };
  await admin.ask("PUT", `/admin/events/${eventId}`, { ...event, ...fields });
  return eventId;
}
