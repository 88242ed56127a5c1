/** A small plan for tests: two sections of rows, a table with chairs, an area. */
import type { AvailabilityData, PlanData } from "../client/types.js";
import { Plan } from "../venue/plan.js";
import { Venue } from "../venue/venue.js";

const CATEGORIES = [
  { id: "stalls", name: "Stalls", color: "#2F7FD0" },
  { id: "balcony", name: "Balcony", color: "#7A9A3A" },
];

/** Seats of 10 by 10 units, 12 apart: `rows` rows of `seats` from a corner. */
function block(section: string, categoryId: string, x: number, y: number, rows: number, seats: number): PlanData["seats"] {
  return Array.from({ length: rows * seats }, (_, n) => {
    const [row, number] = [Math.floor(n / seats), n % seats];
    return {
      id: `${section}-${row}-${number}`,
      position: { x: x + number * 12, y: y + row * 12 },
      size: { x: 10, y: 10 },
      categoryId,
      section,
      rowLabel: "ABCDEFGH"[row]!,
      seatNumber: number + 1,
    };
  }) as PlanData["seats"];
}

export function planData(): PlanData {
  const chairs = [0, 1].map((n) => ({
    id: `seat_t1_${n}`, position: { x: 200 + n * 60, y: 20 }, size: { x: 10, y: 10 }, categoryId: "stalls",
  }));
  return {
    layout: { id: "small", version: 1, name: "Small", canvasW: 400, canvasH: 300, categories: CATEGORIES },
    seats: [...block("L", "stalls", 0, 0, 4, 6), ...block("R", "balcony", 0, 100, 3, 5), ...chairs],
    items: [
      { id: "t1", type: "table", pos: { x: 215, y: 5 }, size: { x: 40, y: 40 }, shp: "round", sc: 2, lbl: "Table 1" },
      { id: "stage", type: "shape", pos: { x: 200, y: 200 }, size: { x: 100, y: 40 }, rot: 90, lbl: "Stage" },
    ],
    areas: [
      { id: "pit", name: "Pit", capacity: 100, categoryId: "stalls", shape: { x: 200, y: 80, width: 100, height: 60 } },
    ],
  } as unknown as PlanData;
}

export function venueOf(data = planData(), onchange?: ConstructorParameters<typeof Venue>[1]): Venue {
  const venue = new Venue(new Plan(data), onchange);
  venue.take({
    currency: "EUR",
    categories: CATEGORIES.map((category) => ({ ...category, price: 10 })),
    asOf: "2026-01-01T00:00:00.000Z",
    seats: [],
  } as unknown as AvailabilityData);
  return venue;
}
