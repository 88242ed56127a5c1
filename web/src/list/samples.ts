/** Small plans and venues that the tests of the list, and of a seat's words, begin with. */
import type { AvailabilityData, PlanData, SeatState } from "../client/types.js";
import { Plan } from "../venue/plan.js";
import { Venue } from "../venue/venue.js";

type Seat = PlanData["seats"][number];
type Item = PlanData["items"][number];

export function seat(id: string, x: number, y: number, more: Partial<Seat> = {}): Seat {
  return {
    id, position: { x: x - 12, y: y - 12 }, size: { x: 24, y: 24 }, categoryId: "lower", rotation: 0,
    rowLabel: null, seatNumber: null, ...more,
  };
}

/** Seats with the numbers 1 to `count` in one row, from left to right. */
export function row(label: string | null, count: number, { section = "", y = 0 } = {}): Seat[] {
  return Array.from({ length: count }, (_, n) =>
    seat(`${section}-${label ?? ""}-${n + 1}`, 30 * n, y, {
      rowLabel: label, seatNumber: n + 1, ...(section && { section }),
    }));
}

export function planOf(seats: Seat[], more: Partial<Pick<PlanData, "items" | "areas">> = {}): Plan {
  const categories = [
    { id: "lower", name: "Lower tier", color: "#2F7FD0" },
    { id: "upper", name: "Upper tier", color: "#1F9D8B" },
  ];
  const layout = { id: "hall", version: 1, name: "Hall", canvasW: 1000, canvasH: 1000, categories, focus: null };
  return new Plan({ layout, seats, items: [], areas: [], ...more });
}

export function table(id: string, label: string | null, chairs: number): Item {
  const place = { pos: { x: 0, y: 0 }, size: { x: 80, y: 80 }, rot: 0, shp: "round" };
  return { id, type: "table", ...place, lbl: label, sc: chairs, categoryId: "lower" };
}

export function area(id: string, name: string, capacity: number): PlanData["areas"][number] {
  return { id, name, capacity, categoryId: "lower", shape: { x: 0, y: 500, width: 200, height: 100 } };
}

/** A venue in which the lower tier costs 120 euros and the upper 45. */
export function venueOf(plan: Plan, states: SeatState[] = [], more: Partial<AvailabilityData> = {}): Venue {
  const venue = new Venue(plan);
  venue.take(availability(plan, states, more));
  return venue;
}

function availability(plan: Plan, seats: SeatState[], more: Partial<AvailabilityData>): AvailabilityData {
  const prices: Record<string, number> = { lower: 120, upper: 45 };
  const categories = plan.categories.map(({ id, name, color }) => ({ id, name, color, price: prices[id] ?? null }));
  const counts = { total: plan.count, available: 0, held: 0, booked: 0, blocked: 0 };
  return {
    eventId: "event", layoutId: plan.layoutId, layoutVersion: plan.version, currency: "EUR", categories,
    asOf: "2026-11-30T12:00:00.000Z", ...counts, seats, ...more,
  };
}
