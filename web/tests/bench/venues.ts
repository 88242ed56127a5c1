/**
 * Venues that nobody built: a bowl of blocks of twenty rows of twenty seats, each turned to the middle, in rings from the
 * inside to the outside. Pure, and the same every time.
 */
import type { AvailabilityData, PlanData, SeatState, SeatStatus } from "../../src/client/types.js";

export const EVENT = "bench";

const ROWS = 20;
const SEATS_IN_ROW = 20;
const IN_BLOCK = ROWS * SEATS_IN_ROW;
const SEAT = 20;
const PITCH = 24;
const ROW_DEPTH = 27;
/** Room that a block takes in its ring, with the stairs beside it, and of a ring, with the way behind it. */
const BLOCK_WIDTH = SEATS_IN_ROW * PITCH + 40;
const RING_DEPTH = ROWS * ROW_DEPTH + 60;
const INNER_RADIUS = 900;
const STAGE = { pos: { x: -300, y: -300 }, size: { x: 600, y: 600 } };
const ACCESSIBLE_EVERY = 250;
const HOLD_MS = 600_000;

const CATEGORIES = [
  { id: "floor", name: "Floor", color: "#8E44AD", price: 220 },
  { id: "premium", name: "Premium", color: "#C2407E", price: 165 },
  { id: "lower", name: "Lower tier", color: "#2F7FD0", price: 120 },
  { id: "upper", name: "Upper tier", color: "#1F9D8B", price: 75 },
  { id: "balcony", name: "Balcony", color: "#7A9A3A", price: 45 },
];

/** With sections a map has an overview; without them it draws every seat from the start. */
export type Kind = "sections" | "loose";

export interface Hall {
  plan: PlanData;
  availability: AvailabilityData;
}

interface Block {
  number: number;
  ring: number;
  /** Where in its ring, and which way it faces. */
  place: number;
  degrees: number;
  radius: number;
}

/** `count` seats, about a third of which were sold, held or blocked by `nowMs`. */
export function hall(count: number, kind: Kind, nowMs: number): Hall {
  const seats = [...blocks(Math.ceil(count / IN_BLOCK))].flatMap((block) => seatsOf(block, kind)).slice(0, count);
  const plan = planOf(seats, kind);
  return { plan, availability: availabilityOf(plan, nowMs) };
}

function* blocks(count: number): Generator<Block> {
  let number = 0;
  for (let ring = 0; number < count; ring += 1) {
    const radius = INNER_RADIUS + ring * RING_DEPTH;
    const room = Math.floor((2 * Math.PI * radius) / BLOCK_WIDTH);
    for (let place = 0; place < room && number < count; place += 1, number += 1) {
      yield { number, ring, place, degrees: (360 * place) / room, radius };
    }
  }
}

function seatsOf(block: Block, kind: Kind): PlanData["seats"] {
  const turn = (block.degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  return Array.from({ length: IN_BLOCK }, (_, n) => {
    const [row, place] = [Math.floor(n / SEATS_IN_ROW), n % SEATS_IN_ROW];
    const [along, away] = [(place - (SEATS_IN_ROW - 1) / 2) * PITCH, block.radius + row * ROW_DEPTH];
    const position = { x: along * cos + away * sin - SEAT / 2, y: along * sin - away * cos - SEAT / 2 };
    return {
      ...nameOf(block, row, place, kind),
      position: { x: round(position.x), y: round(position.y) },
      size: { x: SEAT, y: SEAT },
      categoryId: categoryOf(block, row),
      rotation: round(block.degrees),
      ...((block.number * IN_BLOCK + n) % ACCESSIBLE_EVERY === 0 && { accessible: true as const }),
    };
  });
}

/** Without sections a row runs around its whole ring. */
function nameOf({ number, ring, place: block }: Block, row: number, place: number, kind: Kind) {
  const section = String(number + 101);
  const id = `${section}-${row + 1}-${place + 1}`;
  if (kind === "sections") return { id, section, rowLabel: String(row + 1), seatNumber: place + 1 };
  return { id, rowLabel: String(ring * ROWS + row + 1), seatNumber: block * SEATS_IN_ROW + place + 1 };
}

function categoryOf({ ring }: Block, row: number): string {
  return CATEGORIES[Math.min(CATEGORIES.length - 1, ring + (row < ROWS / 2 ? 0 : 1))]!.id;
}

function planOf(seats: PlanData["seats"], kind: Kind): PlanData {
  const reach = INNER_RADIUS + RING_DEPTH * Math.ceil(Math.sqrt(seats.length / IN_BLOCK));
  const categories = CATEGORIES.map(({ id, name, color }) => ({ id, name, color }));
  return {
    layout: {
      id: `bowl-${seats.length}-${kind}`, version: 1, name: "Bowl", canvasW: 2 * reach, canvasH: 2 * reach,
      focus: { x: 0, y: 0 }, categories,
    },
    seats,
    items: [{ id: "stage", type: "shape", ...STAGE, rot: 0, lbl: "Stage", shp: "round" }],
    areas: [],
  };
}

function availabilityOf({ layout: { id: layoutId }, seats }: PlanData, nowMs: number): AvailabilityData {
  const random = dice(1);
  const states = seats.flatMap(({ id }) => changedSeat(id, random, nowMs));
  const count = (status: SeatStatus) => states.filter((state) => state.status === status).length;
  const [held, booked, blocked] = [count("held"), count("booked"), count("blocked")];
  return {
    eventId: EVENT, layoutId, layoutVersion: 1, currency: "EUR", asOf: new Date(nowMs).toISOString(), categories: CATEGORIES,
    total: seats.length, available: seats.length - held - booked - blocked, held, booked, blocked, seats: states,
  };
}

function changedSeat(seatId: string, random: () => number, nowMs: number): SeatState[] {
  const lot = random();
  const version = 1 + Math.floor(random() * 6);
  if (lot < 0.2) return [{ seatId, status: "booked", version }];
  if (lot < 0.28) return [{ seatId, status: "held", version, holdExpiresAt: endOfHold(nowMs, random) }];
  if (lot < 0.3) return [{ seatId, status: "blocked", version }];
  return lot < 0.36 ? [{ seatId, status: "available", version }] : [];
}

/** What happens to the seats of a hall one after another, for ever: they are held, then booked or free again. */
export function* changes({ plan, availability }: Hall, nowMs: number): Generator<SeatState, never> {
  const random = dice(2);
  const known = new Map(availability.seats.map((state) => [state.seatId, state]));
  for (;;) {
    const seatId = plan.seats[Math.floor(random() * plan.seats.length)]!.id;
    const before = known.get(seatId) ?? { status: "available", version: 0 };
    const version = before.version + 1;
    const next: SeatState = before.status === "available"
      ? { seatId, status: "held", version, holdExpiresAt: endOfHold(nowMs, random) }
      : { seatId, status: before.status === "held" && random() < 0.5 ? "booked" : "available", version };
    known.set(seatId, next);
    yield next;
  }
}

function endOfHold(nowMs: number, random: () => number): string {
  return new Date(nowMs + HOLD_MS + Math.floor(random() * HOLD_MS)).toISOString();
}

/** Numbers from 0 to 1 that look as if by chance (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
