/** Snippets that are modules, made into one as a shop's bundler does: `@holdfast/seat-map` is what was built. */
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { WEB } from "../../docs/pages.js";
import { freshId } from "../stack.js";

export interface BundleOptions {
  /** Other modules by the name that it imports them by. */
  modules?: Record<string, string>;
  /** Where packages are looked for first. */
  packages?: string;
  platform?: "browser" | "node";
}

/** The code of a script for a page, or of a module for Node. */
export async function bundled(code: string, { modules = {}, packages, platform = "browser" }: BundleOptions = {}): Promise<string> {
  const given: Plugin = {
    name: "other snippets",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path }) => (path in modules ? { path, namespace: "snippet" } : undefined));
      onLoad({ filter: /.*/, namespace: "snippet" }, ({ path }) => ({ contents: modules[path]!, loader: "tsx", resolveDir: WEB }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "tsx", resolveDir: WEB },
    bundle: true, write: false, platform, jsx: "automatic",
    format: platform === "node" ? "esm" : "iife",
    define: { "process.env.NODE_ENV": '"development"' },
    plugins: [given],
    ...(packages && { alias: { react: `${packages}/react`, "react-dom": `${packages}/react-dom` } }),
    // React's server part is written for `require`.
    ...(platform === "node" && { banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } }),
  });
  return outputFiles[0]!.text;
}

/** What a module for Node exports. */
export async function moduleOf(code: string, options: BundleOptions = {}): Promise<any> {
  const file = join(tmpdir(), `holdfast-${freshId()}.mjs`);
  await writeFile(file, await bundled(code, { ...options, platform: "node" }));
  return import(file).finally(() => rm(file));
}
