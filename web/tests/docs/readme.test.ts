/** The README's tables name what the element has: all of it, and nothing else. `dist/` has to be built before. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { CustomElement, Package } from "custom-elements-manifest/schema.js";
import { elementStyles } from "../../src/element/element.css.js";
import { en } from "../../src/words/en.js";
import { coded, FENCED, PAGES, readPage, sectionsOf, table, WEB } from "./pages.js";

const README = readPage("README.md");
const { modules } = JSON.parse(readFileSync(`${WEB}dist/custom-elements.json`, "utf8")) as Package;
const element = modules[0]!.declarations![0] as CustomElement;

/** What stands in `code` in a column of a table. */
const column = (head: string, n: number) => table(README, head).flatMap((cells) => coded(cells[n]!));
const names = (all: readonly { name: string }[] = []) => all.map(({ name }) => name);
const same = (found: readonly string[], wanted: readonly string[]) => assert.deepEqual([...found].sort(), [...wanted].sort());

test("attributes and properties are those of the element", () => {
  same(column("attribute", 0), names(element.attributes));
  const fields = element.members!.filter((member) => member.kind === "field" && !member.static);
  // `lang` is every element's own.
  same(column("attribute", 1), [...names(fields), "lang"]);
});

test("what is read only is called so", () => {
  const isReadOnly = (cells: string[]) => cells[3]!.startsWith("read only");
  const told = table(README, "attribute").filter(isReadOnly).flatMap((cells) => coded(cells[1]!));
  const fields = element.members!.filter((member) => member.kind === "field" && !member.static);
  // The schema's types do not know the word yet.
  same(told, names(fields.filter((field) => (field as { readonly?: boolean }).readonly)));
});

test("methods are those of the element, with their parameters", () => {
  const methods = element.members!.filter((member) => member.kind === "method");
  const written = new Map(column("method", 0).map((code) => /^(\w+)\((.*)\)$/.exec(code)!.slice(1) as [string, string]));
  same([...written.keys()], names(methods));
  for (const { name, parameters = [] } of methods) {
    const taken = written.get(name)!.replaceAll(/\{[^}]*\}/g, "{}").split(", ").filter(Boolean);
    assert.equal(taken.length, parameters.length, name);
  }
});

test("events are those of the element, each with its detail", () => {
  same(column("event", 0), names(element.events as { name: string }[]));
  assert.deepEqual(table(README, "event").filter((cells) => cells.some((cell) => !cell)), []);
});

test("parts and variables are those of the element, variables with their defaults", () => {
  same(column("part", 0), names(element.cssParts));
  same(column("variable", 0), names(element.cssProperties));
  for (const [name, defaults] of table(README, "variable")) {
    const colours = coded(defaults!);
    const value = colours.length > 1 ? `light-dark(${colours.join(", ")})` : colours[0]!;
    const used = `var(${coded(name!)[0]}, ${value})`;
    assert.ok(elementStyles.includes(used), used);
  }
});

test("errors are those of which the element has words", () => {
  const own = ["freed"]; // A reason of a loss, not of a failure.
  same(column("`code`", 0), Object.keys(en.whyNot).filter((code) => !own.includes(code)));
});

test("the first block is five lines of HTML at most", () => {
  const { language, code } = sectionsOf("README.md")[0]!.snippets[0]!;
  assert.equal(language, "html");
  assert.ok(code.trim().split("\n").length <= 5);
  assert.ok(readPage("../README.md").includes(code), "and the project's own README has the same");
});

test("links lead to files and headings that are there", () => {
  const anchor = (heading: string) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-");
  const headings = (file: string) => [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, text]) => anchor(text!));
  const broken = [...PAGES, "../README.md"].flatMap((page) => [...readPage(page).replace(FENCED, "").matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(([, link]) => {
    const [path, heading] = link!.split("#");
    const file = path ? join(WEB, dirname(page), path) : join(WEB, page);
    return existsSync(file) && (heading === undefined || headings(file).includes(heading)) ? [] : [`${page}: ${link}`];
  }));
  assert.deepEqual(broken, []);
});
