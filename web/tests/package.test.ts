/**
 * The package as whoever installs it meets it: `npm pack`, installed without a network into a folder of its own, imported
 * in Node, compiled against. `dist/` has to be built before.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { CustomElement, Package } from "custom-elements-manifest/schema.js";
import { EVENTS } from "./browser/face.js";
import { ELEMENT_MAX_BYTES, gzipped } from "./budgets.js";

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the contract names. */
const ATTRIBUTES = ["event-id", "api", "ws", "token", "lang", "theme", "max-seats", "read-only", "name", "disabled"];
const MEMBERS = [
  "eventId", "api", "ws", "token", "tokenProvider", "theme", "maxSeats", "readOnly", "name", "disabled", "ready", "selection",
  "hold", "holdBest", "holdArea", "holdTable", "release", "extend", "confirm", "refresh", "focusSeat", "zoomTo",
];
const PARTS = ["map", "list", "legend", "timer", "basket", "dialog"];

/** Besides English, which is in the element, and in the draw. */
const LANGUAGES = ["ar", "de", "es", "fr"];
/** What is loaded only where it is wanted. */
const LAZY = [...LANGUAGES, "draw", ...LANGUAGES.map((language) => `draw-${language}`)];

/** A program that uses all of the package, once with each way of looking for modules. */
const USE = `
  import "@holdfast/seat-map/jsx";
  import type { SeatMap, Selection } from "@holdfast/seat-map";
  import { createClient } from "@holdfast/seat-map/client";
  import io from "@holdfast/seat-map/io";

  const element: SeatMap = document.querySelector("seat-map")!;
  element.tokenProvider = async () => "token";
  element.hold(["A1"]).then(({ heldSeats }) => heldSeats.length);
  const selection: Selection = element.selection;
  // @ts-expect-error: seats have prices, which are numbers
  const wrong: string = selection.totalAmount;
  createClient({ api: "https://shop.example", token: "token" });
  const socket = io("https://shop.example", { auth: { token: "token" } });
  socket.emit("join:trip", { tripId: "trip123" }).on("disconnect", (reason) => reason.length);
  socket.on("seats:availability", ({ seats }) => seats.map(({ seatLabel, status }) => seatLabel + status));
  socket.on("seat:hold:success", ({ expiresAt }) => new Date(expiresAt));
  // @ts-expect-error: labels are texts
  socket.on("seat:status:changed", ({ seatLabel }) => seatLabel.toFixed(2));

  export const page = (
    <seat-map event-id="opening-night" max-seats={4} tokenProvider={async () => "token"} className="wide" data-test="1"
      onhold-changed={(event) => event.detail.totalAmount.toFixed(2)} onseat-lost={({ detail }) => detail.seatId} />
  );
  // @ts-expect-error: there is no such attribute
  export const misspelt = <seat-map eventid="opening-night" />;
`;

/** As much of React's types as its compiler needs: elements that packages may add to. */
const REACT = {
  "package.json": `{ "name": "react", "version": "19.0.0", "types": "index.d.ts",
    "exports": { ".": { "types": "./index.d.ts" }, "./jsx-runtime": { "types": "./jsx-runtime.d.ts" } } }`,
  "index.d.ts": `
    export namespace JSX { interface Element { type: unknown } interface IntrinsicElements { div: { id?: string } } }`,
  "jsx-runtime.d.ts": `import * as React from "react";
    export namespace JSX { type Element = React.JSX.Element; interface IntrinsicElements extends React.JSX.IntrinsicElements {} }
    export function jsx(...all: unknown[]): JSX.Element; export const jsxs: typeof jsx;`,
};

const run = promisify(execFile);

/** What a module of the package imports as soon as it is loaded. */
async function importedBy(module: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: WEB, entryPoints: [module], bundle: true, format: "esm", external: ["*"], write: false, outdir: "x", metafile: true,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path);
}

describe("the package", () => {
  let shop: string;
  let installed: string;

  before(async () => {
    shop = await mkdtemp(join(tmpdir(), "holdfast-package-"));
    const npm = (folder: string, ...command: string[]) => run("npm", command, { cwd: folder });
    await npm(WEB, "pack", "--ignore-scripts", "--silent", "--pack-destination", shop);
    const [packed] = await readdir(shop);
    await writeFile(join(shop, "package.json"), `{ "private": true, "type": "module" }`);
    await npm(shop, "install", "--offline", "--no-audit", "--no-fund", "--silent", `./${packed}`);
    installed = join(shop, "node_modules/@holdfast/seat-map");
    await mkdir(join(shop, "node_modules/react"));
    for (const [name, text] of Object.entries(REACT)) await writeFile(join(shop, "node_modules/react", name), text);
  });
  after(() => rm(shop, { recursive: true, force: true }));

  test("it brings all that it needs, and nothing else", async () => {
    const description = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    assert.equal(description.dependencies, undefined);
    const modules = (await readdir(join(shop, "node_modules"))).filter((name) => !name.startsWith("."));
    assert.deepEqual(modules.sort(), ["@holdfast", "react"]);
    const names = await readdir(join(installed, "dist"));
    const wanted = ["LICENSE", "THIRD-PARTY-LICENSES.txt", "client.js", "custom-elements.json", "io.js", "seat-map.js", "seat-map.js.map"];
    assert.deepEqual(wanted.filter((name) => !names.includes(name)), []);
    assert.ok(!names.includes("pages"), "the local stack's pages are not for shops");
    const licenses = await readFile(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    for (const name of ["lit-html", "flatbush"]) assert.match(licenses, new RegExp(`^${name}$`, "m"));
  });

  test("importing it in Node does nothing and breaks nothing", async () => {
    const program = `
      const before = new Set(Object.keys(globalThis));
      const { SeatMap } = await import("@holdfast/seat-map");
      const { createClient } = await import("@holdfast/seat-map/client");
      const { default: io } = await import("@holdfast/seat-map/io");
      await import("@holdfast/seat-map/jsx");
      if ([SeatMap, createClient, io].some((each) => typeof each !== "function")) throw new Error("not there");
      // By this name lit tells that it was loaded twice.
      const left = Object.keys(globalThis).filter((name) => !before.has(name) && name !== "litHtmlVersions");
      if (left.length > 0) throw new Error("left behind: " + left);
      if (process.getActiveResourcesInfo().some((name) => /Timeout|TCP|TLS/.test(name))) throw new Error("something is under way");
    `;
    const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: shop });
    assert.deepEqual([stdout, stderr], ["", ""]);
  });

  for (const [name, options] of [
    ["with a bundler and React", { module: "ESNext", moduleResolution: "bundler", jsx: "react-jsx" }],
    ["in Node's way and without a framework", { module: "NodeNext", moduleResolution: "NodeNext", jsx: "preserve" }],
  ] as const) {
    test(`its types are there, ${name}`, async () => {
      const folder = join(shop, options.moduleResolution);
      await mkdir(folder);
      await writeFile(join(folder, "use.tsx"), USE);
      const compilerOptions = { ...options, target: "ES2022", lib: ["ES2022", "DOM"], strict: true, noEmit: true, types: [] };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.tsx"] }));
      const compiler = join(WEB, "node_modules/typescript/bin/tsc");
      await run(process.execPath, [compiler, "-p", folder]).catch(({ stdout }: { stdout: string }) => assert.fail(stdout));
    });
  }

  test("custom-elements.json names all that the contract does", async () => {
    const { modules } = JSON.parse(await readFile(join(installed, "dist/custom-elements.json"), "utf8")) as Package;
    const found = modules.flatMap(({ declarations = [] }) => declarations) as CustomElement[];
    assert.deepEqual(found.map(({ tagName }) => tagName), ["seat-map"]);
    const [{ attributes = [], events = [], cssParts = [], cssProperties = [], members = [] }] = found as [CustomElement];
    const has = (all: readonly { name: string }[], wanted: readonly string[], what: string) => {
      const names = all.map(({ name }) => name);
      assert.deepEqual(wanted.filter((name) => !names.includes(name)), [], `${what} that are missing`);
    };
    has(attributes, ATTRIBUTES, "attributes");
    has(members, MEMBERS, "properties and methods");
    has(events as { name: string }[], EVENTS, "events");
    has(cssParts, PARTS, "parts");
    assert.ok(cssProperties.length > 0 && cssProperties.every(({ name }) => name.startsWith("--holdfast-")));
    const described = [...attributes, ...events, ...cssParts, ...cssProperties];
    assert.deepEqual(described.filter(({ description }) => !description).map(({ name }) => name), [], "without a word on it");
  });

  test("each language, and the draw with each of its own, is a module beside the element's, and a shop's bundler finds it", async () => {
    const names = await readdir(join(installed, "dist"));
    const modules = LAZY.map((lazy) => names.filter((name) => new RegExp(`^${lazy}-\\w+\\.js$`).test(name)));
    assert.deepEqual(modules.map(({ length }) => length), LAZY.map(() => 1));
    for (const [name] of modules) assert.deepEqual(await importedBy(join(installed, "dist", name!)), [], name);
    await writeFile(join(shop, "shop.js"), `import "@holdfast/seat-map";`);
    const { outputFiles } = await build({
      absWorkingDir: shop, entryPoints: ["shop.js"], bundle: true, splitting: true, format: "esm", write: false, outdir: "out",
    });
    const bundled = outputFiles.map(({ path }) => basename(path));
    for (const lazy of LAZY) assert.ok(bundled.some((name) => new RegExp(`^${lazy}-\\w+-\\w+\\.js$`).test(name)), lazy);
  });

  test("the element is one module of at most 60 KB", async (context) => {
    const code = await readFile(join(installed, "dist/seat-map.js"));
    const bytes = gzipped(code);
    context.diagnostic(`seat-map.js: ${(bytes / 1024).toFixed(1)} KB gzip -9`);
    assert.ok(bytes <= ELEMENT_MAX_BYTES, `${bytes} bytes, at most ${ELEMENT_MAX_BYTES}`);
    assert.deepEqual(await importedBy("dist/seat-map.js"), [], "it imports nothing at once");
  });
});
