/** What a tap or Enter on a seat, a table or an area does: a pure choice, and what to say where there is nothing to do. */
import { OWN } from "../venue/look.js";
import type { Venue } from "../venue/venue.js";

export type Chosen =
  | { kind: "seat"; seat: number }
  | { kind: "table"; table: number }
  | { kind: "area"; area: number; quantity: number; ticketTypes?: Record<string, number> };

export type Deed =
  | { kind: "hold"; seatIds: string[] }
  | { kind: "holdTable"; tableId: string }
  | { kind: "holdArea"; areaId: string; quantity: number; ticketTypes?: Record<string, number> }
  | { kind: "release"; seatIds: string[] }
  /** It cannot be chosen, by a key of `words.whyNot`; empty where it is this buyer's already. */
  | { kind: "explain"; seatIds: string[]; why: "seat_held" | "seat_booked" | "seat_blocked" | "" }
  /** What was asked for before is still under way. */
  | { kind: "wait" };

export function deedFor(venue: Venue, chosen: Chosen): Deed {
  const { plan } = venue;
  switch (chosen.kind) {
    case "seat":
      return forSeats(venue, [chosen.seat], (seatIds) => ({ kind: "hold", seatIds }));
    case "table": {
      const { id, seats } = plan.tables[chosen.table]!;
      return forSeats(venue, seats, () => ({ kind: "holdTable", tableId: id }));
    }
    case "area": {
      const { area, quantity, ticketTypes } = chosen;
      return { kind: "holdArea", areaId: plan.areas[area]!.id, quantity, ...(ticketTypes && { ticketTypes }) };
    }
  }
}

/** Holds what is free or ours in part, gives up what is all ours, and explains the first seat that is in the way. */
function forSeats(venue: Venue, seats: readonly number[], hold: (seatIds: string[]) => Deed): Deed {
  const seatIds = seats.map((seat) => venue.plan.ids[seat]!);
  const looks = seats.map((seat) => venue.look(seat));
  if (looks.some((look) => look === "taking" || look === "giving")) return { kind: "wait" };
  if (looks.every((look) => look === "mine")) return { kind: "release", seatIds };
  if (looks.every((look) => look === "bought")) return { kind: "explain", seatIds, why: "" };
  const blocking = seats.find((seat) => venue.look(seat) !== "mine" && venue.look(seat) !== "available");
  if (blocking === undefined) return hold(seatIds);
  const status = venue.status(blocking);
  const isOurs = OWN.has(venue.look(blocking)) || status === "available";
  return { kind: "explain", seatIds: [venue.plan.ids[blocking]!], why: isOurs ? "" : `seat_${status}` };
}
