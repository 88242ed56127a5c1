/** Snippets as TypeScript's compiler sees them in a shop that has installed the package and React. */
import { join } from "node:path";
import ts from "typescript";
import { WEB } from "../../docs/pages.js";

/** Beside the package, so that its own name finds it. */
const FOLDER = join(WEB, "tests/browser/docs");

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** What the compiler has to say of these files, by their names; nothing where all is well. `packages` has React's types. */
export function complaints(files: Record<string, string>, packages: string): string[] {
  const paths = Object.fromEntries(["react", "react-dom"].flatMap((name) =>
    [[name, [`${packages}/@types/${name}`]], [`${name}/*`, [`${packages}/@types/${name}/*`]]]));
  const options = { ...OPTIONS, paths };
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists.call(host, path);
  host.readFile = (path) => texts.get(path) ?? readFile.call(host, path);
  host.getSourceFile = (path, version) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, version);
  };
  const found = ts.getPreEmitDiagnostics(ts.createProgram([...texts.keys()], options, host));
  return found.map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}
