/**
 * Every snippet of the documentation, run as it is printed. One that nobody has written a claim for fails here, and so does
 * one in a language of which nobody has said how it is run.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sections, type Section } from "../docs/pages.js";
import { client } from "./docs/client.js";
import { csp } from "./docs/csp.js";
import { html } from "./docs/html.js";
import { llms } from "./docs/llms.js";
import { react } from "./docs/react.js";
import { Scene, type Claims } from "./docs/scene.js";
import { claim, CONCURRENCY } from "./stage.js";

const CLAIMS: Claims = { ...html, ...react, ...csp, ...client, ...llms };

/** Languages of programs, and of headers that a page is served with. */
const RUN = ["html", "js", "tsx", "http"];

/** What is no program of a shop's page or server, and why nothing here runs it. */
const NOT_RUN: Record<string, string> = {
  sh: "a command for a terminal, which `make test` or the reader runs",
  jsonc: "what such a command prints, which `make guides` holds against the real answer",
  text: "the same",
};

const all = sections();
const runs = ({ snippets }: Section) => snippets.some(({ language }) => RUN.includes(language));

describe("the documentation", { concurrency: CONCURRENCY }, () => {
  test("every snippet is in a language that is run, or of which it is said why not", () => {
    const languages = all.flatMap(({ name, snippets }) => snippets.map(({ language }) => `${name}: ${language}`));
    const known = [...RUN, ...Object.keys(NOT_RUN)];
    assert.deepEqual(languages.filter((each) => !known.includes(each.split(": ").at(-1)!)), []);
  });

  test("every section with a snippet has a claim, and every claim a section", () => {
    const names = all.map(({ name }) => name);
    assert.deepEqual(names.filter((name, n) => names.indexOf(name) !== n), [], "named twice");
    assert.deepEqual(all.filter(runs).map(({ name }) => name).filter((name) => !(name in CLAIMS)), []);
    assert.deepEqual(Object.keys(CLAIMS).filter((name) => !names.includes(name)), []);
  });

  for (const section of all) {
    const found = CLAIMS[section.name];
    if (!found) continue;
    claim(`${section.name}: ${found.claim}`, async (stage) => {
      const scene = await Scene.set(stage, section, found.event);
      await found.show(scene);
      assert.deepEqual(scene.untouched().filter(({ language }) => RUN.includes(language)), [], "every snippet was run");
    });
  }
});
