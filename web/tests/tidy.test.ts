/** The rules of the house for what ships in the package, read off its own text. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SRC = join(dirname(fileURLToPath(import.meta.url)), "../src");

/** Each room may use those before it, and itself. */
const ROOMS = [["client"], ["io", "venue"], ["words"], ["map", "list", "sale"], ["draw"], ["element"], ["."]];
const LINES_OF_A_FILE = 500;
const LINES_OF_A_FUNCTION = 70;

interface Source {
  /** Its path below `src`. */
  name: string;
  text: string;
  tree: ts.SourceFile;
}

const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/\.(test|gen|d)\.ts$/.test(name) && !name.endsWith("testing.ts") && !name.endsWith("samples.ts"))
  .map((name) => {
    const text = readFileSync(join(SRC, name), "utf8");
    return { name, text, tree: ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true) };
  });

/** Whatever a file imports of ours, types left out: they are gone when it runs. */
function imports({ name, tree }: Source, isTypeToo: boolean): string[] {
  return tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const isType = ts.isImportDeclaration(statement) ? statement.importClause?.isTypeOnly === true : statement.isTypeOnly;
    const from = statement.moduleSpecifier;
    if (!from || !ts.isStringLiteral(from) || !from.text.startsWith(".") || (isType && !isTypeToo)) return [];
    return [normalize(join(dirname(name), from.text.replace(/\.js$/, ".ts")))];
  });
}

function* nodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodes(child);
}

test("there is something to read", () => assert.ok(sources.length > 60, `${sources.length} files`));

test("every file says what it is for", () => {
  assert.deepEqual(sources.filter(({ text }) => !text.startsWith("/**")).map(({ name }) => name), []);
});

test("every file has one subject: none is longer than it can be read", () => {
  assert.deepEqual(sources.filter(({ text }) => text.split("\n").length > LINES_OF_A_FILE).map(({ name }) => name), []);
});

test("every function is short", () => {
  const long = sources.flatMap(({ name, tree }) => [...nodes(tree)].filter(ts.isFunctionLike).flatMap((node) => {
    const [first, last] = [node.getStart(), node.end].map((at) => tree.getLineAndCharacterOfPosition(at).line);
    return last! - first! > LINES_OF_A_FUNCTION ? [`${name}:${first! + 1}`] : [];
  }));
  assert.deepEqual(long, []);
});

test("rooms use each other in one direction", () => {
  const roomOf = (file: string) => (file.includes("/") ? file.split("/")[0]! : ".");
  const floorOf = (room: string) => ROOMS.findIndex((floor) => floor.includes(room));
  const wrong = sources.flatMap((source) => imports(source, true)
    .filter((file) => roomOf(file) !== roomOf(source.name))
    .filter((file) => floorOf(roomOf(file)) >= floorOf(roomOf(source.name)))
    .map((file) => `${source.name} uses ${file}`));
  assert.deepEqual(wrong, []);
});

test("no file waits for itself", () => {
  const next = new Map(sources.map((source) => [source.name, imports(source, false)]));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (next.get(from) ?? []).some((file) => file === to || (!seen.has(file) && reaches(file, to, seen.add(file))));
  assert.deepEqual(sources.filter(({ name }) => reaches(name, name)).map(({ name }) => name), []);
});

test("nothing that a strict Content-Security-Policy or Trusted Types forbid", () => {
  const forbidden = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|createObjectURL)\b|\sstyle="|\son\w+="/;
  const found = sources.flatMap(({ name, text }) => text.split("\n").flatMap((line, n) => (forbidden.test(line) ? [`${name}:${n + 1}`] : [])));
  assert.deepEqual(found, []);
});

test("nothing left undone, nothing printed", () => {
  const loose = /\b(TODO|FIXME|XXX|console\.\w+|debugger|as any)\b|@ts-(ignore|nocheck)/;
  // The frameworks that jsx.ts speaks of need not be installed.
  const found = sources.filter(({ name }) => name !== "jsx.ts").flatMap(({ name, text }) => text.split("\n").flatMap((line, n) => (loose.test(line) ? [`${name}:${n + 1}`] : [])));
  assert.deepEqual(found, []);
});

/** Texts in templates that are neither tags nor values, and attributes that are read out. */
function textsOf(template: ts.TemplateLiteral): string[] {
  const text = ts.isNoSubstitutionTemplateLiteral(template)
    ? template.text
    : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)].join("{}");
  const named = [...text.matchAll(/\b(?:aria-label|aria-description|title|placeholder|alt)="([^"]*)"/g)].map(([, value]) => value!);
  return [text.replaceAll(/<[^>]*>/g, " "), ...named].filter((each) => /\p{L}/u.test(each));
}

/** Whatever shows or says a text that is written where it is shown. */
const TELLERS = /^(say|call|setText|textContent|ariaLabel|title|placeholder|setCustomValidity)$/;

function isTold(node: ts.Node): boolean {
  const { parent } = node;
  const nameOf = (side: ts.Expression) => (ts.isPropertyAccessExpression(side) ? side.name.text : side.getText()).replace("#", "");
  if (ts.isCallExpression(parent) && node !== parent.expression) return TELLERS.test(nameOf(parent.expression));
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && TELLERS.test(nameOf(parent.left));
}

test("every text that a reader meets comes out of a dictionary", () => {
  const found = sources.filter(({ name }) => !name.startsWith("words/")).flatMap(({ name, tree }) => [...nodes(tree)].flatMap((node) => {
    const texts = ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText()) ? textsOf(node.template) : [];
    const isText = ts.isStringLiteralLike(node) && /\p{L}/u.test(node.text) && isTold(node);
    return [...texts, ...(isText ? [node.getText()] : [])].map((text) => `${name}: ${text.trim()}`);
  }));
  assert.deepEqual(found, []);
});
