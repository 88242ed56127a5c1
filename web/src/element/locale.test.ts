import assert from "node:assert/strict";
import { test } from "node:test";
import { around, localeOf } from "./locale.js";

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

test("around a node are all that it is in, through shadow roots", () => {
  const document = { parentNode: null };
  const host = { parentNode: document };
  const shadow = { parentNode: null, host };
  const node = { parentNode: shadow };
  assert.deepEqual([...around(node as unknown as Node)], [node, shadow, host, document]);
});
