/** The draw says in each language all that it says in English, with every number and name that it is given. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { words as english, type DrawWords } from "./draw-en.js";
import { drawLanguages } from "./draw-languages.js";
import { languages } from "./languages.js";

type Text = string | ((...given: string[]) => string);

const GIVEN = ["«x»", "«y»"];

function textsOf(words: object, prefix = ""): Map<string, Text> {
  return new Map(Object.entries(words).flatMap(([name, text]) => {
    return typeof text === "object" ? [...textsOf(text as object, `${prefix}${name}.`)] : [[prefix + name, text as Text] as const];
  }));
}

const said = (text: Text) => (typeof text === "string" ? text : text(...GIVEN));

test("the draw speaks every language that the element does", () => {
  assert.deepEqual(Object.keys(drawLanguages), Object.keys(languages));
});

for (const [language, load] of Object.entries(drawLanguages)) {
  const wordsOf = async (): Promise<DrawWords> => (await load!()).words;

  test(`in ${language} the draw says all, in words of its own, with all that it is given`, async () => {
    const words = await wordsOf();
    assert.equal(words.lang, language);
    const [own, others] = [textsOf(words), textsOf(english)];
    assert.deepEqual([...own.keys()].sort(), [...others.keys()].sort());
    for (const [name, text] of own) {
      const [spoken, plain] = [said(text), said(others.get(name)!)];
      assert.equal(typeof text, typeof others.get(name), name);
      assert.notEqual(spoken, plain, `${name} is left in English`);
      assert.equal(spoken, spoken.trim(), name);
      assert.doesNotMatch(spoken, / {2}|\.\.|undefined/, name);
      for (const given of GIVEN.filter((each) => plain.includes(each))) assert.ok(spoken.includes(given), `${name} leaves out ${given}`);
    }
  });
}
