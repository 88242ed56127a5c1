/** What the pointer is over, in words. */
import type { Target } from "../map/target.js";
import { clockText, count, placeWords, priceOfAll, priceWords, seatName, sentence } from "../words/seat.js";
import type { Venue } from "../venue/venue.js";
import type { Speech } from "./speech.js";

/** `nowMs` by the server's clock: of a seat that somebody holds it is said to the second when it is free again. */
export function tipFor(venue: Venue, target: Target, speech: Speech, nowMs: number): string {
  const { words, locale } = speech;
  const { plan } = venue;
  switch (target.kind) {
    case "seat":
      return seatTip(venue, target.seat, speech, nowMs);
    case "table": {
      const { id, label, seats } = plan.tables[target.table]!;
      return sentence([words.table(label || id), words.wholeTable(count(seats.length, locale)), priceOfAll(venue, seats, locale)], words, locale);
    }
    case "area": {
      const { name, category } = plan.areas[target.area]!;
      const { available } = venue.areas[target.area]!.counts(venue.priceOf(category) !== null);
      return sentence([name, priceWords(venue, category, words, locale), words.freeCount(count(available, locale))], words, locale);
    }
    case "section": {
      const { name, seats } = plan.sections[target.section]!;
      const free = seats.filter((seat) => venue.look(seat) === "available").length;
      return sentence([placeWords({ section: name }, words).section, words.freeCount(count(free, locale))], words, locale);
    }
  }
}

function seatTip(venue: Venue, seat: number, { words, locale }: Speech, nowMs: number): string {
  const name = seatName(venue, seat, words, locale);
  const expires = venue.expires(seat);
  if (venue.look(seat) !== "held" || expires === 0) return name;
  return words.and([name, words.freeAgain(words.aboutTime(clockText((expires - nowMs) / 1000, locale)))]);
}
