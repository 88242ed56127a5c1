/** The events of `<seat-map>`, by name, with their `detail`. */
import type { Booked, PlaceInLine } from "../client/types.js";
import type { Loss } from "../sale/loss.js";
import type { HoldDetail } from "../sale/sale.js";
import type { Selection } from "../sale/selection.js";

export interface SeatMapEvents {
  "before-hold": HoldDetail;
  "hold-changed": Selection;
  "seat-lost": Loss;
  "hold-expiring": { secondsLeft: number };
  "hold-expired": { seatIds: string[] };
  checkout: Selection;
  booked: Booked;
  waiting: PlaceInLine;
  status: { online: boolean; stale: boolean };
  failed: { code: string; message: string };
}
