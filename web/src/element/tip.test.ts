import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../words/en.js";
import { hall, held, START } from "../venue/testing.js";
import { tipFor } from "./tip.js";

const speech = { words: en, locale: "en", timeZone: "UTC" };

test("of a seat that somebody holds it is said to the second when it is free again", () => {
  const { venue } = hall([held("West-A-1", 1, 250)]);
  assert.match(tipFor(venue, { kind: "seat", seat: 0 }, speech, START), /^Section West|West.*held by someone, free again in about 4:10$/);
});

test("an area, a section and a table say what is free of them, or what choosing them means", () => {
  const { venue } = hall([held("West-A-1", 1), held("place_floor_0", 1)]);
  assert.equal(tipFor(venue, { kind: "area", area: 0 }, speech, START), "Floor, €20.00, 9 free");
  assert.match(tipFor(venue, { kind: "section", section: 0 }, speech, START), /5 free$/);
  assert.equal(tipFor(venue, { kind: "table", table: 0 }, speech, START), "Table 1, whole table, 2 seats, €100.00");
});
