/** What a closed group says of itself: its title, and how much of it is free. */
import type { Plan } from "../venue/plan.js";
import type { Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import { placeWords, priceRange, sentence, type Tally } from "../words/seat.js";
import type { Group } from "./divide.js";

/** "Section 101, row A", "Seats 1 to 100", "Table 4", "Standing North". */
export function groupTitle(plan: Plan, group: Group, words: Words, locale: string): string {
  if (group.kind === "area") return words.and([plan.areas[group.index]!.name]);
  const table = plan.tables[group.index];
  const { section, row } = group;
  const place = placeWords({ section, row, table: table ? table.label || table.id : "" }, words);
  return sentence([place.section, place.table, place.row, blockWords(group.block, words)], words, locale);
}

function blockWords(block: Group["block"], words: Words): string {
  if (!block) return "";
  const { first, last } = block;
  return first === last ? words.seat(first) : words.seatsFrom(first, last);
}

export function tallyOf(venue: Venue, group: Group): Tally {
  return group.kind === "area" ? areaTally(venue, group.index) : seatsTally(venue, group.seats);
}

export function seatsTally(venue: Venue, seats: readonly number[]): Tally {
  const tally: Tally = { total: seats.length, free: 0, mine: 0, bought: 0, least: null };
  const categories = new Set<number>();
  for (const seat of seats) {
    const look = venue.look(seat);
    if (look === "available") {
      tally.free += 1;
      categories.add(venue.plan.category[seat]!);
    } else if (look === "mine" || look === "bought") tally[look] += 1;
  }
  const prices = [...categories].map((category) => priceRange(venue, category)?.least ?? Infinity);
  return { ...tally, least: prices.length ? Math.min(...prices) : null };
}

function areaTally(venue: Venue, index: number): Tally {
  const area = venue.areas[index]!;
  const { capacity, category } = area.plan;
  const range = priceRange(venue, category);
  return {
    total: capacity,
    free: area.counts(range !== null).available,
    ...venue.ownPlaces(area),
    least: range?.least ?? null,
  };
}
