/** What a seat is called, costs and is, in words: for the list, for tooltips, for announcements. */
import type { Look } from "../venue/look.js";
import type { Venue } from "../venue/venue.js";
import type { Count, Words } from "./en.js";

const MINUTE_MS = 60_000;

/** Where a seat is; what the layout does not name is empty. */
export interface Place {
  section?: string;
  table?: string;
  row?: string;
  seat?: string;
}

/** The parts of a seat's name, each ready to be read; those that do not apply are empty. */
export interface SeatWords {
  section: string;
  table: string;
  row: string;
  seat: string;
  wheelchair: string;
  category: string;
  price: string;
  status: string;
  /** When it is free again, where that is known. */
  until: string;
}

/** `nowMs` by the server's clock; without it nothing is said of when the seat is free again. */
export function seatWords(venue: Venue, seat: number, words: Words, locale: string, nowMs?: number): SeatWords {
  const { plan } = venue;
  const look = venue.look(seat);
  return {
    ...placeWords(placeOf(venue, seat), words),
    wheelchair: plan.accessible[seat] ? words.wheelchair : "",
    category: plan.categories[plan.category[seat]!]?.name ?? "",
    price: priceWords(venue, plan.category[seat]!, words, locale),
    status: words[look],
    until: untilWords(look, venue.expires(seat), words, locale, nowMs),
  };
}

/** "Section 101, row A, seat 5, Lower tier, €120.00, free". */
export function seatName(venue: Venue, seat: number, words: Words, locale: string, nowMs?: number): string {
  return sentence(Object.values(seatWords(venue, seat, words, locale, nowMs)), words, locale);
}

/** "Section 101, row A, seat 5". */
export function seatPlace(venue: Venue, seat: number, words: Words, locale: string): string {
  return sentence(Object.values(placeWords(placeOf(venue, seat), words)), words, locale);
}

function placeOf({ plan }: Venue, seat: number): Place {
  const table = plan.tables[plan.table[seat]!];
  return {
    section: plan.sections[plan.section[seat]!]?.name ?? "",
    table: table ? table.label || table.id : "",
    row: plan.rows[seat]!,
    seat: plan.numbers[seat]!,
  };
}

/** A section's code gets the word before it, "section 101"; what has a name already keeps it, "Balcony". */
export function placeWords({ section = "", table, row, seat }: Place, words: Words): Record<keyof Place, string> {
  return {
    section: section && isCode(section) ? words.section(section) : section,
    table: table ? words.table(table) : "",
    row: row ? words.row(row) : "",
    seat: seat ? words.seat(seat) : "",
  };
}

/** "101", "B", "F1", "12-B". */
function isCode(name: string): boolean {
  return /^(\p{L}{0,2}[\s-]?\d+[\s-]?\p{L}{0,2}|\p{L}{1,2})$/u.test(name);
}

/** Joins what is not empty, and begins it with a capital. */
export function sentence(parts: readonly string[], words: Words, locale: string): string {
  const text = words.and(parts.filter(Boolean));
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  return first.toLocaleUpperCase(locale) + text.slice(first.length);
}

// ---- Money ----------------------------------------------------------------------------------------------------------

const formats = new Map<string, Intl.NumberFormat>();

/** "€120.00"; in short "€120", where nothing is lost. Before the currency is known, the number alone. */
export function money(amount: number, currency: string, locale: string, isShort = false): string {
  const key = `${locale} ${currency} ${isShort}`;
  let format = formats.get(key);
  if (!format) formats.set(key, (format = moneyFormat(currency, locale, isShort)));
  const text = format.format(amount);
  // From right to left the sign of "US$" would come before its letters, if nothing from left to right came after it.
  return text.startsWith("\u200f") ? `${text}\u200e` : text;
}

function moneyFormat(currency: string, locale: string, isShort: boolean): Intl.NumberFormat {
  const style = currency ? { style: "currency" as const, currency } : { minimumFractionDigits: 2 };
  return new Intl.NumberFormat(locale, { ...style, ...(isShort && { trailingZeroDisplay: "stripIfInteger" as const }) });
}

/** The least and the most that a seat of the category costs, whatever ticket one is; null where it is not for sale. */
export function priceRange(venue: Venue, category: number): { least: number; most: number } | null {
  const types = venue.ticketTypes.length ? venue.ticketTypes.map(({ id }) => id) : [undefined];
  const prices = types.map((id) => venue.priceOf(category, id)).filter((price) => price !== null);
  return prices.length ? { least: Math.min(...prices), most: Math.max(...prices) } : null;
}

/** "€120.00", "€7.50 to €11.50" where ticket types differ; empty where it is not for sale. */
export function priceWords(venue: Venue, category: number, words: Words, locale: string): string {
  const range = priceRange(venue, category);
  if (!range) return "";
  const [least, most] = [range.least, range.most].map((amount) => money(amount, venue.currency, locale));
  return least === most ? least! : words.priceRange(least!, most!);
}

/** What seats cost together; empty where it is not certain, for a ticket type changes it. */
export function priceOfAll(venue: Venue, seats: readonly number[], locale: string): string {
  const ranges = seats.map((seat) => priceRange(venue, venue.plan.category[seat]!));
  if (!ranges.every((range) => range !== null && range.least === range.most)) return "";
  const total = ranges.reduce((sum, range) => sum + range!.least, 0);
  return money(total, venue.currency, locale);
}

// ---- Time -----------------------------------------------------------------------------------------------------------

function untilWords(look: Look, expires: number, words: Words, locale: string, nowMs: number | undefined): string {
  if (look !== "held" || expires === 0 || nowMs === undefined) return "";
  return words.freeAgain(about(expires - nowMs, words, locale));
}

/** "about 4 minutes": a name must not change with each second. */
export function about(ms: number, words: Words, locale: string): string {
  return ms < MINUTE_MS ? words.underAMinute : words.aboutMinutes(count(Math.round(ms / MINUTE_MS), locale));
}

/** In how many milliseconds `about` says something else of a time that is this far away; Infinity for never. */
export function aboutChangesIn(ms: number): number {
  if (ms < MINUTE_MS) return Infinity;
  const next = Math.max(1, Math.round(ms / MINUTE_MS) - 0.5) * MINUTE_MS;
  return ms - next + 1;
}

/** Minutes and seconds: "4:10". */
export function clockText(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${count(Math.floor(whole / 60), locale)}:${count(whole % 60, locale, 2)}`;
}

// ---- Groups ---------------------------------------------------------------------------------------------------------

/** Some seats or places, counted. */
export interface Tally {
  total: number;
  free: number;
  mine: number;
  bought: number;
  /** The least that a free one costs. */
  least: number | null;
}

/** "12 of 40 free, from €45, 2 held by you". */
export function groupSummary(tally: Tally, currency: string, words: Words, locale: string): string {
  const { total, free, mine, bought, least } = tally;
  return words.and([
    free ? words.freeOf(count(free, locale), count(total, locale)) : words.notOneFree,
    free && least !== null ? words.priceFrom(money(least, currency, locale, true)) : "",
    mine ? words.heldByYou(count(mine, locale)) : "",
    bought ? words.yours(count(bought, locale)) : "",
  ].filter(Boolean));
}

const counts = new Map<string, Intl.NumberFormat>();

/** A number for words, or, as text, in the reader's digits; with `digits` it has at least so many. */
export function count(n: number, locale: string, digits = 1): Count {
  const key = `${locale} ${digits}`;
  let format = counts.get(key);
  if (!format) counts.set(key, (format = new Intl.NumberFormat(locale, { minimumIntegerDigits: digits })));
  const text = format.format(n);
  return { n, toString: () => text };
}
