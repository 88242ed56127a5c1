/** Each language says all that English says, in words of its own, with every number and name that it is given. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { en, type Count, type Words } from "./en.js";
import { languages } from "./languages.js";
import { count } from "./seat.js";

type Text = string | ((...given: unknown[]) => string);

const COUNTS = [0, 1, 2, 3, 5, 11, 21, 100, 1_000_000];
const NAMES = ["«x»", "«y»", "«z»"];

/** What is the same in English, and right. */
const SAME: Record<string, readonly string[]> = {
  de: ["dir", "and", "together", "notHeld", "places", "live", "fullName"],
  es: ["dir", "and", "together", "notHeld", "places"],
  fr: ["dir", "and", "places", "table"],
  ar: [],
};

/** What takes numbers, with as many of them as it takes. */
const COUNTED: Record<string, (count: Count) => unknown[]> = {
  aboutMinutes: (n) => [n], freeOf: (n) => [n, n], heldByYou: (n) => [n], yours: (n) => [n], wholeTable: (n) => [n],
  freeCount: (n) => [n], "waiting.ahead": (n) => [n], "waiting.seatsLeft": (n) => [n], places: (n) => [n, "«x»"],
  seatsCount: (n) => [n], "waiting.number": (n) => [n], "waiting.hours": (n) => [n],
};

/** The number itself stands large before it. */
const BESIDE_NUMBER = ["waiting.ahead"];

/** All texts by their names, such as `waiting.turn`. */
function textsOf(words: object, prefix = ""): Map<string, Text> {
  return new Map(Object.entries(words).flatMap(([name, text]) => {
    return typeof text === "object" ? [...textsOf(text, `${prefix}${name}.`)] : [[prefix + name, text as Text] as const];
  }));
}

function said(name: string, text: Text, locale: string): string {
  if (typeof text === "string") return text;
  if (name === "and" || name === "together") return text(NAMES);
  return text(...(COUNTED[name]?.(count(7, locale)) ?? NAMES));
}

const ENGLISH = textsOf(en);

test("every text that takes a number is tried with numbers", () => {
  const source = readFileSync(new URL("./en.ts", import.meta.url), "utf8");
  const takers = [...source.matchAll(/^ +(\w+): \([^)]*: Count\b/gm)].map(([, name]) => name!);
  assert.deepEqual(takers.sort(), Object.keys(COUNTED).map((name) => name.split(".").at(-1)!).sort());
});

for (const language of Object.keys(languages)) {
  describe(`in ${language}`, () => {
    let words: Words;
    before(async () => void ({ words } = await languages[language]!()));
    const texts = () => textsOf(words);

    test("it says of itself which language it is", () => assert.equal(words.lang, language));

    test("all is there, and of the same kind", () => {
      const kinds = (all: Map<string, Text>) => [...all].map(([name, text]) => `${name}: ${typeof text}`).sort();
      assert.deepEqual(kinds(texts()), kinds(ENGLISH));
    });

    test("nothing is left in English", () => {
      const same = [...texts()].filter(([name, text]) => said(name, text, "en") === said(name, ENGLISH.get(name)!, "en"));
      const expected = SAME[language]!.filter((name) => ENGLISH.has(name));
      assert.deepEqual(same.map(([name]) => name).sort(), [...expected].sort());
    });

    test("whatever a text is given is in it", () => {
      for (const [name, text] of texts()) {
        if (typeof text === "string") continue;
        const spoken = said(name, text, "en");
        const english = said(name, ENGLISH.get(name)!, "en");
        for (const given of [...NAMES, "7"].filter((each) => english.includes(each))) {
          assert.ok(spoken.includes(given), `${name} leaves out ${given}: ${spoken}`);
        }
      }
    });

    test("it counts in every form", () => {
      for (const [name, given] of Object.entries(COUNTED)) {
        const text = texts().get(name) as (...given: unknown[]) => string;
        for (const n of COUNTS) {
          const spoken = text(...given(count(n, language)));
          assert.doesNotMatch(spoken, /undefined|NaN|\[object/, `${name} of ${n}`);
          const isWritten = BESIDE_NUMBER.includes(name) || spoken.includes(String(count(n, language)));
          // In Arabic none, one and two are said by the word alone.
          assert.ok(isWritten || (language === "ar" && n < 3), `${name} of ${n}: ${spoken}`);
        }
        if (BESIDE_NUMBER.includes(name)) continue;
        assert.equal(new Set(COUNTS.map((n) => text(...given(count(n, language))))).size, COUNTS.length, `${name} tells numbers apart`);
      }
    });

    test("no line begins or ends with a blank", () => {
      for (const [name, text] of texts()) {
        const spoken = said(name, text, "en");
        assert.equal(spoken, spoken.trim(), name);
        assert.doesNotMatch(spoken, / {2}|\.\.|\.{3}/, name);
      }
    });
  });
}

test("one, two, few and many have forms of their own", async () => {
  const seats = async (language: string, ...numbers: number[]) => {
    const { words } = await languages[language]!();
    return numbers.map((n) => words.seatsCount(count(n, "en")));
  };
  assert.deepEqual([0, 1, 2].map((n) => en.seatsCount(count(n, "en"))), ["0 seats", "1 seat", "2 seats"]);
  assert.deepEqual(await seats("de", 0, 1, 2), ["0 Plätze", "1 Platz", "2 Plätze"]);
  assert.deepEqual(await seats("es", 0, 1, 2), ["0 asientos", "1 asiento", "2 asientos"]);
  assert.deepEqual(await seats("fr", 0, 1, 2), ["0 place", "1 place", "2 places"]);
  assert.deepEqual(await seats("ar", 0, 1, 2, 3, 11, 100), [
    "لا مقاعد", "مقعد واحد", "مقعدان", "3 مقاعد", "11 مقعدًا", "100 مقعد",
  ]);
});
