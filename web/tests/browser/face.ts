/** The element's public face, as code in the page uses it: tests know nothing else of the element. */
import type { SeatMap, SeatMapEvents } from "../../src/index.js";

export type { Selection } from "../../src/index.js";
export type Face = SeatMap;

export type Method =
  | "hold" | "holdBest" | "holdArea" | "holdTable" | "release" | "extend" | "confirm" | "refresh" | "focusSeat" | "zoomTo";

export type EventName = keyof SeatMapEvents;

export const EVENTS: readonly EventName[] = [
  "before-hold", "hold-changed", "seat-lost", "hold-expiring", "hold-expired", "checkout", "booked", "waiting", "status",
  "failed",
];

/** An event of the element as the page's document heard it. */
export interface Heard {
  type: EventName;
  detail: any;
}
