/** The language in which the element speaks, and what it says of seats and of failures. */
import { count, seatPlace } from "../words/seat.js";
import type { Words } from "../words/en.js";
import { parsePlace } from "../venue/area.js";
import type { Venue } from "../venue/venue.js";

export interface Speech {
  words: Words;
  /** A BCP 47 tag. */
  locale: string;
  /** The event's, by its IANA name; the reader's own where the event names none. */
  timeZone: string | undefined;
}

const NAMED_AT_MOST = 3;

/** A few seats by name, more of them by their number; places by their area, since their numbers say nothing. */
export function seatsInWords(venue: Venue, seatIds: readonly string[], { words, locale }: Speech): string {
  const seats = seatIds.map((id) => venue.plan.indexOf(id)).filter((seat) => seat !== undefined);
  const places = venue.plan.areas.map(({ id, name }) => ({
    name,
    taken: seatIds.filter((seatId) => parsePlace(seatId)?.areaId === id).length,
  }));
  const named = seats.length > NAMED_AT_MOST
    ? [words.seatsCount(count(seats.length, locale))]
    : seats.map((seat) => seatPlace(venue, seat, words, locale));
  return words.together(
    [...named, ...places.filter(({ taken }) => taken > 0).map(({ name, taken }) => words.places(count(taken, locale), name))],
  );
}

/** The time of day at a moment, with its date if wished, where the event is; with its zone where the reader's clock shows another time. */
export function timeOfDay(moment: string, { locale, timeZone }: Pick<Speech, "locale" | "timeZone">, isDated = false): string {
  const date = new Date(moment);
  const at = (zone?: string) => date.toLocaleString(locale, { timeStyle: "short", timeZone: zone, ...(isDated && { dateStyle: "medium" }) });
  const here = at();
  try {
    const there = at(timeZone);
    if (there === here) return here;
    const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" }).formatToParts(date);
    return `${there} ${parts.find(({ type }) => type === "timeZoneName")!.value}`;
  } catch {
    return here; // No zone that this browser knows.
  }
}

/** Why something did not come about. What the engine says besides its code is for developers, and English. */
export function whyNot(error: unknown, { words }: Speech): string {
  const { code = "" } = error as { code?: string };
  const known: Partial<Record<string, string>> = words.whyNot;
  return known[code] ?? words.whyNot.server_error;
}
