/** Defines `<seat-map>` in a browser. Anywhere else nothing happens. */
import { SeatMap } from "./element/seat-map.js";

if (typeof customElements !== "undefined" && !customElements.get("seat-map")) customElements.define("seat-map", SeatMap);

export { SeatMap };
export type { SeatMapEvents } from "./element/events.js";
export type { Selection } from "./sale/selection.js";
export type { BestOptions, ConfirmDetails, HoldDetail, HoldOptions } from "./sale/sale.js";
export type { Booked, Chosen, ErrorCode, Extended, Held, PlaceInLine, PricedSeat, Released } from "./client/types.js";

declare global {
  interface HTMLElementTagNameMap {
    "seat-map": SeatMap;
  }
}
