/**
 * `custom-elements.json`: what editors and documentation know of the element, out of the comments on its class.
 *
 * The analyzer reads sources, but whoever installs the package imports `seat-map.js`: so that is the module it names.
 */
import { readFile } from "node:fs/promises";
import * as analyzer from "@custom-elements-manifest/analyzer";
import type { CustomElement, Declaration, Package } from "custom-elements-manifest/schema.js";
import type * as TypeScript from "typescript";

/** What the analyzer exports and its own declarations leave out. */
interface Analyzer {
  ts: typeof TypeScript;
  create(options: { modules: TypeScript.SourceFile[] }): Package;
}

/** The schema's own type of an element leaves out its name. */
type ElementDeclaration = Extract<Declaration, { kind: "class" }> & CustomElement;

/** The manifest of the elements that these files declare, as one module of this name. */
export async function manifest(files: readonly string[], module: string): Promise<Package> {
  const { create, ts } = analyzer as unknown as Analyzer;
  const modules = await Promise.all(files.map(async (file) => {
    return ts.createSourceFile(file, await readFile(file, "utf8"), ts.ScriptTarget.ES2022, true);
  }));
  const { modules: read, ...head } = create({ modules });
  const elements = read.flatMap(({ declarations = [] }) => declarations).filter(isElement);
  return { ...head, modules: [{ kind: "javascript-module", path: module, ...exported(elements, module) }] };
}

function exported(elements: readonly ElementDeclaration[], module: string) {
  return {
    declarations: elements.map(shown),
    exports: elements.flatMap(({ name, tagName = "" }) => [
      { kind: "js" as const, name, declaration: { name, module } },
      { kind: "custom-element-definition" as const, name: tagName, declaration: { name, module } },
    ]),
  };
}

function isElement(declaration: Declaration): declaration is ElementDeclaration {
  return "customElement" in declaration && declaration.customElement && declaration.tagName !== undefined;
}

/**
 * Without what is private, what the browser calls, and where the class's own stand-in outside a browser lies. Events are
 * those that the comment names: where one is sent whose name is in a variable, the analyzer takes that for its name.
 */
function shown(element: ElementDeclaration): ElementDeclaration {
  const members = (element.members ?? []).filter((member) => {
    return member.privacy !== "private" && !member.name.startsWith("#") && !member.name.endsWith("Callback");
  });
  const events = (element.events ?? []).filter(({ description }) => description);
  return { ...element, events, superclass: { name: "HTMLElement", package: "global:" }, members };
}
