/** Times as the event's clocks show them, and why something did not come about. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../words/en.js";
import { timeOfDay, whyNot } from "./speech.js";

// The reader's own zone, whatever the machine's is.
process.env.TZ = "Europe/Berlin";
const MOMENT = "2026-11-30T18:30:00Z";
const speech = { words: en, locale: "en", timeZone: undefined };

/** The narrow space before "PM" is another one in each version of the data. */
const time = (locale: string, timeZone?: string) => timeOfDay(MOMENT, { locale, timeZone }).replaceAll(/\s/g, " ");

test("a time is told as the locale does", () => {
  assert.equal(time("en"), "7:30 PM");
  assert.equal(time("de-AT"), "19:30");
  assert.equal(timeOfDay("2026-11-30T05:05:00Z", { locale: "de", timeZone: undefined }), "06:05");
  assert.equal(time("ar-EG"), "٧:٣٠ م");
});

test("where the event's clocks show another time than the reader's, it says which it is", () => {
  assert.equal(time("en", "America/New_York"), "1:30 PM EST");
  assert.match(time("de", "Europe/London"), /^18:30 (UTC|GMT|WEZ)/);
});

test("where they show the same it says no more than the time", () => {
  assert.equal(time("en", "Europe/Berlin"), "7:30 PM");
  assert.equal(time("en", "Europe/Vienna"), "7:30 PM");
});

test("a zone that the browser does not know leaves the reader's own", () => {
  assert.equal(time("en", "Mars/Olympus_Mons"), "7:30 PM");
  assert.equal(time("en", ""), "7:30 PM");
});

test("a failure is told by its code, and one that has none in words of ours too", () => {
  assert.equal(whyNot({ code: "sold_out", message: "Of area field only 3 are free" }, speech), en.whyNot.sold_out);
  assert.equal(whyNot(new TypeError("x is not a function"), speech), en.whyNot.server_error);
});
