/** What is held or booked, line by line: seats one by one; places of an area together, since their numbers say nothing. */
import { parsePlace } from "../../venue/area.js";
import type { Venue } from "../../venue/venue.js";
import type { PricedSeat } from "../../client/types.js";
import { money } from "../../words/seat.js";
import { seatsInWords, type Speech } from "../speech.js";

export interface Line {
  name: string;
  seatIds: string[];
  /** What one of its seats costs. */
  price: number;
  categoryId: string;
  ticketTypeId: string | undefined;
}

export function linesOf(venue: Venue, seats: readonly PricedSeat[], speech: Speech): Line[] {
  const groups = new Map<string, PricedSeat[]>();
  for (const seat of seats) {
    const area = parsePlace(seat.seatId)?.areaId;
    const key = area === undefined ? seat.seatId : JSON.stringify([area, seat.ticketTypeId, seat.price]);
    groups.set(key, [...(groups.get(key) ?? []), seat]);
  }
  return [...groups.values()].map((members) => {
    const [{ price, categoryId, ticketTypeId }] = members as [PricedSeat];
    const seatIds = members.map(({ seatId }) => seatId);
    return { name: seatsInWords(venue, seatIds, speech), seatIds, price, categoryId, ticketTypeId };
  });
}

/** A ticket type with what it costs in a category, for those that cost anything there. */
export function typesOf(venue: Venue, categoryId: string, { locale }: Speech): { id: string; text: string }[] {
  const category = venue.plan.categories.findIndex(({ id }) => id === categoryId);
  return venue.ticketTypes.map(({ id, name }) => {
    const price = venue.priceOf(category, id);
    return { id, text: price === null ? name : `${name} · ${money(price, venue.currency, locale)}` };
  });
}

/** A line's name with its ticket and price, where nothing of it can be changed. */
export function lineText(venue: Venue, { name, price, ticketTypeId }: Line, { locale }: Speech): string {
  const type = venue.ticketTypes.find(({ id }) => id === ticketTypeId)?.name;
  return [name, type, money(price, venue.currency, locale)].filter(Boolean).join(" · ");
}
