/**
 * What docs/screen-reader.md says must be heard is what the element says: each text in “ ” of a column "must be heard" is a
 * text of `en`, or several joined as `en` joins them, with the demo event's own names and numbers in it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../src/words/en.js";
import { readPage } from "./pages.js";

/** What comes from events and formats, not out of `en`. */
const DATA = /^(VIP|Grand Theater Main Hall|\p{L}|\d+|\$[\d.]+|\d+:\d\d( PM)?)$/u;

/** Stands for whatever is put into a text. */
const GAP = "\u0001";

/** Numbers of which a text has a form of its own, in each shape that a text may take them in. */
const GIVEN: unknown[] = [GAP, [GAP], { n: 2, toString: () => GAP }, 10];

type Leaf = string | ((...given: any[]) => unknown);

function leaves(words: object): Leaf[] {
  return Object.values(words).flatMap((value) => (typeof value === "object" ? leaves(value) : [value as Leaf]));
}

/** A text with gaps for what is put into it; several where it takes a list or a number. */
function textsOf(leaf: Leaf): string[] {
  if (typeof leaf === "string") return [leaf];
  return GIVEN.flatMap((given) => {
    try {
      return [String(leaf(...Array.from({ length: leaf.length }, () => given)))];
    } catch {
      return []; // It takes something else.
    }
  });
}

const texts = [...new Set(leaves(en).flatMap(textsOf))].filter((text) => text.replaceAll(GAP, "").trim().length > 2);

/** The text as a pattern, its gaps as groups. A sentence begins with a capital, wherever the text does not. */
function patternOf(text: string): RegExp {
  const escaped = text.split(GAP).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)");
  return new RegExp(`^${escaped}$`, "i");
}

const patterns = texts.map(patternOf);

function isSaid(phrase: string): boolean {
  if (DATA.test(phrase)) return true;
  const filled = patterns.some((pattern) => pattern.exec(phrase)?.slice(1).every(isSaid) ?? false);
  return filled || [", ", "; ", ": "].some((joint) => phrase.includes(joint) && phrase.split(joint).every(isSaid));
}

/** Everything in “ ” in the last column of the tables. */
function heard(): string[] {
  const rows = readPage("docs/screen-reader.md").split("\n").filter((line) => /^\|.*“/.test(line));
  return rows.flatMap((row) => [...row.split("|").at(-2)!.matchAll(/“([^”]+)”/g)].map(([, phrase]) => phrase!));
}

test("the script says word for word what the element says", () => {
  assert.ok(heard().length > 40, `${heard().length} phrases`);
  assert.deepEqual(heard().filter((phrase) => !isSaid(phrase)), []);
});

test("a word that the element does not say would be noticed", () => {
  for (const phrase of ["Row A, seat 1, VIP, $150.00, vacant", "You hold Row A.", "Do you want more time?"]) {
    assert.equal(isSaid(phrase), false, phrase);
  }
});
