/** A small venue for tests: two sections of two rows of three seats, a table of two, and an area of ten places. */
import type { AvailabilityData, PlanData, SeatState } from "../client/types.js";
import { Plan } from "./plan.js";
import { Venue, type Change } from "./venue.js";

export const START = Date.parse("2030-01-01T12:00:00.000Z");

export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export function planData(): PlanData {
  const seats = ["West", "East"].flatMap((section, s) => ["A", "B"].flatMap((rowLabel, r) => [1, 2, 3].map((seatNumber, n) => ({
    id: `${section}-${rowLabel}-${seatNumber}`,
    position: { x: s * 200 + n * 30, y: r * 30 },
    size: { x: 20, y: 20 },
    categoryId: r === 0 ? "front" : "back",
    rotation: 0,
    section,
    rowLabel,
    seatNumber,
    ...(section === "West" && rowLabel === "B" && seatNumber === 1 && { accessible: true as const }),
  }))));
  const chairs = [0, 1].map((n) => ({
    id: `seat_T1_${n}`, position: { x: 90 + n * 60, y: 140 }, size: { x: 20, y: 20 }, categoryId: "front", rotation: 0,
    rowLabel: null, seatNumber: null, tableId: "T1",
  }));
  return {
    layout: {
      id: "hall", version: 1, name: "Hall", canvasW: 400, canvasH: 300, focus: null,
      categories: [{ id: "front", name: "Front", color: "#2F7FD0" }, { id: "back", name: "Back", color: "#7A9A3A" }],
    },
    seats: [...seats, ...chairs],
    items: [{ id: "T1", type: "table", pos: { x: 115, y: 135 }, size: { x: 30, y: 30 }, rot: 0, lbl: "Table 1", shp: "round", sc: 2 }],
    areas: [{ id: "floor", name: "Floor", capacity: 10, categoryId: "back", shape: { x: 0, y: 200, width: 400, height: 80 } }],
  };
}

export function availability(seats: SeatState[] = [], { asOf = at(0), back = 20 as number | null } = {}): AvailabilityData {
  return {
    eventId: "show", layoutId: "hall", layoutVersion: 1, currency: "EUR", asOf,
    categories: [
      { id: "front", name: "Front", color: "#2F7FD0", price: 50 },
      { id: "back", name: "Back", color: "#7A9A3A", price: back },
    ],
    total: 24, available: 24, held: 0, booked: 0, blocked: 0, seats,
  };
}

export function held(seatId: string, version: number, endsInSeconds = 600): SeatState {
  return { seatId, status: "held", version, holdExpiresAt: at(endsInSeconds) };
}

/** A venue that was read, and the changes that it tells. */
export function hall(states: SeatState[] = []): { venue: Venue; told: Change[]; look(id: string): string } {
  const told: Change[] = [];
  const venue = new Venue(new Plan(planData()), (change) => told.push(change));
  venue.take(availability(states));
  told.length = 0;
  return { venue, told, look: (id) => venue.look(venue.plan.indexOf(id)!) };
}
