/** Names, prices and times in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { area, planOf, row, seat, table, venueOf } from "../list/samples.js";
import type { Venue } from "../venue/venue.js";
import { en } from "./en.js";
import { about, aboutChangesIn, clockText, count, groupSummary, money, priceWords, type Tally } from "./seat.js";
import { seatName, seatPlace, seatWords } from "./seat.js";

const PLAN = planOf(
  [
    ...row("A", 5, { section: "101" }),
    seat("wheels", 0, 0, { rowLabel: "B", seatNumber: 1, section: "Balcony", accessible: true, categoryId: "upper" }),
    seat("seat_t4_0", 0, 0, { seatNumber: 3 }),
    seat("lone", 0, 0),
    seat("odd", 0, 0, { categoryId: "nobody-knows", label: "Seat of honour", rowLabel: "Row 7" }),
  ],
  { items: [table("t4", "4", 1)], areas: [area("field", "Field", 10)] },
);
const NOW = Date.parse("2026-11-30T12:00:00Z");
const nameOf = (venue: Venue, id: string, nowMs?: number) => seatName(venue, PLAN.indexOf(id)!, en, "en", nowMs);

test("a seat's name says where it is, what it is, what it costs and whether it is free", () => {
  const venue = venueOf(PLAN);
  const names: [string, string][] = [
    ["101-A-5", "Section 101, row A, seat 5, Lower tier, €120.00, free"],
    ["wheels", "Balcony, row B, seat 1, wheelchair place, Upper tier, €45.00, free"],
    ["seat_t4_0", "Table 4, seat 3, Lower tier, €120.00, free"],
    ["lone", "Seat lone, Lower tier, €120.00, free"],
    ["odd", "Row 7, Seat of honour, not for sale"],
  ];
  for (const [id, name] of names) assert.equal(nameOf(venue, id), name);
});

test("of a seat that someone holds the name says in how many minutes it is free again", () => {
  const held = { seatId: "101-A-5", status: "held" as const, version: 1, holdExpiresAt: "2026-11-30T12:04:10.000Z" };
  const venue = venueOf(PLAN, [held]);
  const start = "Section 101, row A, seat 5, Lower tier, €120.00, held by someone";
  assert.equal(nameOf(venue, "101-A-5", NOW), `${start}, free again in about 4 minutes`);
  assert.equal(nameOf(venue, "101-A-5", NOW + 9_000), `${start}, free again in about 4 minutes`);
  assert.equal(nameOf(venue, "101-A-5"), start);
  venue.own(["101-A-5"], []);
  assert.equal(nameOf(venue, "101-A-5", NOW), "Section 101, row A, seat 5, Lower tier, €120.00, held by you");
});

test("each look has words of its own", () => {
  const venue = venueOf(PLAN, [
    { seatId: "101-A-1", status: "booked", version: 1 },
    { seatId: "101-A-2", status: "blocked", version: 1 },
  ]);
  venue.own(["101-A-3"], ["101-A-4"]);
  venue.wish(["101-A-5"], "taking");
  const statuses = [0, 1, 2, 3, 4].map((each) => seatWords(venue, each, en, "en").status);
  assert.deepEqual(statuses, ["sold", "not for sale", "held by you", "yours", "being held for you"]);
});

test("where a seat is can be said alone", () => {
  assert.equal(seatPlace(venueOf(PLAN), 0, en, "en"), "Section 101, row A, seat 1");
});

test("where ticket types cost differently both ends are said", () => {
  const ticketTypes = [
    { id: "adult", name: "Adult", prices: {} },
    { id: "child", name: "Child", prices: { lower: 60.5 } },
  ];
  const venue = venueOf(PLAN, [], { ticketTypes });
  assert.equal(priceWords(venue, 0, en, "en"), "€60.50 to €120.00");
  assert.equal(priceWords(venue, 1, en, "en"), "€45.00");
});

test("money is written as the language does, in the currency's own decimals", () => {
  const cases: [number, string, string, boolean, string][] = [
    [120, "EUR", "en", false, "€120.00"],
    [120, "EUR", "en", true, "€120"],
    [45.5, "EUR", "en", true, "€45.50"],
    [1234.5, "EUR", "de", false, "1.234,50\u00a0€"],
    [2400, "JPY", "en", false, "¥2,400"],
    [7.5, "", "en", false, "7.50"],
    [7.5, "USD", "ar-EG", false, "\u200f٧٫٥٠\u00a0US$\u200e"],
  ];
  for (const [amount, currency, locale, isShort, text] of cases) assert.equal(money(amount, currency, locale, isShort), text);
});

test("time is said in minutes, and what is told of its next change is true", () => {
  const cases: [number, string][] = [
    [-5_000, "less than a minute"],
    [59_999, "less than a minute"],
    [60_000, "about 1 minute"],
    [89_999, "about 1 minute"],
    [90_000, "about 2 minutes"],
    [250_000, "about 4 minutes"],
  ];
  for (const [ms, text] of cases) {
    assert.equal(about(ms, en, "en"), text);
    const wait = aboutChangesIn(ms);
    if (wait === Infinity) continue;
    assert.equal(about(ms - wait + 1, en, "en"), text, `just before, from ${ms}`);
    assert.notEqual(about(ms - wait, en, "en"), text, `after it, from ${ms}`);
  }
  assert.equal(aboutChangesIn(30_000), Infinity);
});

test("a group says how much of it is free, from how much, and what is one's own", () => {
  const none: Tally = { total: 4000, free: 0, mine: 0, bought: 0, least: null };
  const summary = (tally: Partial<Tally>) =>
    groupSummary({ ...none, ...tally }, "EUR", en, "en");
  assert.equal(summary({}), "none free");
  assert.equal(summary({ free: 1200, least: 45 }), "1,200 of 4,000 free, from €45");
  assert.equal(summary({ mine: 2, bought: 1 }), "none free, 2 held by you, 1 yours");
});

test("what is left of a time, in the digits of the locale", () => {
  const cases: [number, string, string][] = [[250, "en", "4:10"], [5, "de", "0:05"], [0.2, "en", "0:01"], [-3, "en", "0:00"], [605, "ar-EG", "١٠:٠٥"]];
  for (const [seconds, locale, text] of cases) assert.equal(clockText(seconds, locale), text);
});

test("of what is counted words know the number, and show it as the locale does", () => {
  const { n } = count(1_234, "de");
  assert.deepEqual([n, String(count(1_234, "de")), String(count(3, "ar-EG"))], [1_234, "1.234", "٣"]);
});
