/** Which seats a buyer wants to see: of some categories, free ones, wheelchair places. */
import type { Venue } from "../venue/venue.js";

export interface Filter {
  /** Indices of categories; empty for all. */
  categories: ReadonlySet<number>;
  onlyFree: boolean;
  onlyAccessible: boolean;
}

export const noFilter: Filter = { categories: new Set(), onlyFree: false, onlyAccessible: false };

export function isEmpty({ categories, onlyFree, onlyAccessible }: Filter): boolean {
  return categories.size === 0 && !onlyFree && !onlyAccessible;
}

export function withCategory(filter: Filter, category: number): Filter {
  const categories = new Set(filter.categories);
  if (!categories.delete(category)) categories.add(category);
  return { ...filter, categories };
}

const admitsCategory = ({ categories }: Filter, category: number) => categories.size === 0 || categories.has(category);

export const admits = {
  /** One's own seats are always admitted: nobody should lose sight of what is held. */
  seat(venue: Venue, seat: number, filter: Filter): boolean {
    const look = venue.look(seat);
    if (look !== "available" && look !== "held" && look !== "booked" && look !== "blocked") return true;
    if (filter.onlyFree && look !== "available") return false;
    if (filter.onlyAccessible && !venue.plan.accessible[seat]) return false;
    return admitsCategory(filter, venue.plan.category[seat]!);
  },
  area(venue: Venue, area: number, filter: Filter): boolean {
    return !filter.onlyAccessible && admitsCategory(filter, venue.plan.areas[area]!.category);
  },
};
