/**
 * Writes `dist/`: the package's modules with their types and manifest, and the pages of the local stack.
 *
 * `seat-map.js` is one module with all that it needs; what is imported lazily becomes modules beside it. Page and package
 * share nothing but the addresses `/seat-map.js` and `/client.js`.
 */
import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, transform, type BuildOptions, type Metafile, type OutputFile, type Plugin } from "esbuild";
import { transform as squeezeText } from "@swc/core";
import { manifest } from "./manifest.mjs";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, "dist");
const PAGES = join(ROOT, "pages");
/** The licence of the project, which the package carries too. */
const LICENSE = join(ROOT, "../LICENSE");

const run = promisify(execFile);

/** Styles are texts in modules, so that they can go into `adoptedStyleSheets`; here they lose what browsers do not read. */
const minifiedStyles: Plugin = {
  name: "minified styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css\.ts$/ }, async ({ path }) => {
      const styles = Object.entries((await import(path)) as Record<string, string>);
      const minified = await Promise.all(styles.map(async ([name, css]) => {
        const { code } = await transform(css, { loader: "css", minify: true });
        return `export const ${name} = ${JSON.stringify(code.trim())};`;
      }));
      return { contents: minified.join("\n"), loader: "ts" };
    });
  },
};

/** Methods of the index of boxes that nobody calls, with the queue that only they need: a class keeps all that it has. */
const UNCALLED = [/^import FlatQueue .*$/m, /\n    collides\([\s\S]*?\n    \}\n/, /\n    neighbors\([\s\S]*?\n    \}\n/, /\n    static from\([\s\S]*?\n    \}\n/];

const slimIndex: Plugin = {
  name: "slim index",
  setup({ onLoad }) {
    onLoad({ filter: /flatbush\/index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      if (!UNCALLED.every((part) => part.test(source))) throw new Error("flatbush is written otherwise now: see UNCALLED in build.mts");
      return { contents: UNCALLED.reduce((left, part) => left.replace(part, ""), source).replace(/^.*new FlatQueue\(.*$/m, "") };
    });
  },
};

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  splitting: true,
  sourcemap: "linked",
  legalComments: "none",
  metafile: true,
  plugins: [minifiedStyles, slimIndex],
  chunkNames: "[name]-[hash]",
  // Lit's build for Node does in a browser what the other one does, and touches no `document` while it loads.
  platform: "neutral",
  conditions: ["node"],
  mainFields: ["module", "main"],
} satisfies BuildOptions;

async function node(...command: string[]): Promise<void> {
  await run(process.execPath, command, { cwd: ROOT }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${command.join(" ")}:\n${error.stdout}${error.stderr}`);
  });
}

/** Properties that ask or draw something, such as `isOpen` and `paintSeats`: all that neither browsers nor the API have are the element's own, and can be shortened. */
const OWN = /\b(?:is|has|are|can|fits|set|paint|draw|redraw|render)[A-Z]\w*/g;

async function namesIn(folder: string, isMeant: (name: string) => boolean): Promise<string[]> {
  const names = (await readdir(join(ROOT, folder))).filter(isMeant);
  const texts = await Promise.all(names.map((name) => readFile(join(ROOT, folder, name), "utf8")));
  return [...new Set(texts.flatMap((text) => text.match(OWN) ?? []))];
}

async function shortened(): Promise<BuildOptions> {
  const others = await Promise.all([
    namesIn("src/client", (name) => name.endsWith(".gen.ts")),
    namesIn("node_modules/typescript/lib", (name) => /^lib\..*\.d\.ts$/.test(name)),
  ]);
  return { mangleProps: new RegExp(`^${OWN.source}$`), reserveProps: new RegExp(`^(${others.flat().join("|")})$`) };
}

/** One module with all that it needs, and those that it imports lazily. */
async function bundle(name: string, entry: string, more: BuildOptions = {}): Promise<Metafile> {
  const { metafile, outputFiles } = await build({ ...COMMON, ...more, metafile: true, entryPoints: { [name]: entry }, outdir: "dist", write: false });
  await Promise.all(outputFiles.filter(({ path }) => path.endsWith(".js")).map((file) => squeeze(file, outputFiles)));
  return metafile;
}

/** SWC makes of what esbuild wrote a module that is four in a hundred smaller once it is compressed; its options are those that measured best. */
async function squeeze({ path, text }: OutputFile, all: readonly OutputFile[]): Promise<void> {
  const map = all.find((file) => file.path === `${path}.map`)!;
  const squeezed = await squeezeText(text, {
    isModule: true, swcrc: false, minify: true, sourceMaps: true, inputSourceMap: map.text,
    jsc: { target: "es2022", minify: { module: true, compress: { passes: 3, ecma: 2022, unsafe_arrows: true, collapse_vars: false }, mangle: true } },
  });
  await writeFile(path, `${squeezed.code}\n//# sourceMappingURL=${basename(path)}.map\n`);
  await writeFile(map.path, squeezed.map!);
}

async function buildPages(): Promise<void> {
  const names = await filesBelow(PAGES);
  const asked = await Promise.all(names.filter((name) => name.endsWith(".html")).map(scriptsOf));
  const modules = [...new Set(asked.flat())].filter((name) => names.includes(name));
  const external = ["/seat-map.js", "/client.js"];
  await build({ ...COMMON, entryPoints: modules.map((name) => join("pages", name)), outdir: "dist/pages", external });
  for (const name of names.filter((each) => extname(each) !== ".ts")) {
    await cp(join(PAGES, name), join(DIST, "pages", name));
  }
}

/** The modules that a page names, as they are called before they are built. */
async function scriptsOf(page: string): Promise<string[]> {
  const html = await readFile(join(PAGES, page), "utf8");
  return [...html.matchAll(/<script[^>]* src="\/?([^"]+)\.js"/g)].map(([, name]) => `${name}.ts`);
}

/** Files by their path from the folder: what has an ending. */
async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => extname(name) !== "");
}

async function buildManifest(): Promise<void> {
  const names = await filesBelow(join(ROOT, "src"));
  const sources = names.filter((name) => name.endsWith(".ts") && !/\.(test|gen|d)\.ts$/.test(name));
  const described = await manifest(sources.map((name) => join(ROOT, "src", name)), "dist/seat-map.js");
  await writeFile(join(DIST, "custom-elements.json"), `${JSON.stringify(described, null, 2)}\n`);
}

/** The licences of what was bundled, which ask to go where it goes. */
async function buildLicenses(metafiles: readonly Metafile[]): Promise<void> {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(inputs.flatMap((file) => /\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const texts = await Promise.all([...packages].sort().map(async (name) => {
    return `${name}\n\n${await readFile(join(ROOT, "node_modules", name, "LICENSE"), "utf8")}`;
  }));
  await writeFile(join(DIST, "THIRD-PARTY-LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
  await copyFile(LICENSE, join(DIST, "LICENSE"));
}

await rm(DIST, { recursive: true, force: true });
await mkdir(join(DIST, "pages"), { recursive: true });
await node("--import", "tsx", "types.mts");
const [element, client, io] = await Promise.all([
  bundle("seat-map", "src/index.ts", await shortened()),
  bundle("client", "src/client/index.ts"),
  bundle("io", "src/io/index.ts"),
  buildPages(),
  node("node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json"),
]);
await Promise.all([
  buildManifest(),
  buildLicenses([element, client, io]),
  // Types only: there is nothing to run.
  writeFile(join(DIST, "jsx.js"), "export {};\n"),
]);
