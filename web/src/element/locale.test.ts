import assert from "node:assert/strict";
import { test } from "node:test";
import { localeOf } from "./locale.js";

const CASES: [(string | null | undefined)[], string][] = [
  [["de-CH", "en"], "de-CH"],
  [["en_US"], "en-US"],
  [["not a language", "fr"], "fr"],
  [["", null, undefined, "ar"], "ar"],
  [[], "en"],
];

for (const [candidates, locale] of CASES) {
  test(`of ${JSON.stringify(candidates)} the locale is ${locale}`, () => assert.equal(localeOf(...candidates), locale));
}
