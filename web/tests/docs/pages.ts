/** The package's documentation as its tests read it: pages, their sections, and the fenced blocks in each. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const WEB = fileURLToPath(new URL("../../", import.meta.url));

export interface Snippet {
  language: string;
  code: string;
}

/** A heading with all that stands under it, up to the next heading. */
export interface Section {
  /** `docs/html.md: In a form` */
  name: string;
  text: string;
  snippets: Snippet[];
}

/** Paths from `web/`; the project's page to integrate from has a map in it, too. */
export const PAGES = [
  "README.md", ...readdirSync(`${WEB}docs`).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`), "../docs/llms.txt",
];

export const readPage = (page: string) => readFileSync(WEB + page, "utf8");

export const FENCED = /^```(\S*)\n(.*?)^```$/gms;

export function sectionsOf(page: string): Section[] {
  const outside = readPage(page).replace(FENCED, (block) => block.replace(/^#/gm, "\u0000#"));
  return outside.split(/^(?=#+ )/m).map((part) => {
    const text = part.replaceAll("\u0000", "");
    const snippets = [...text.matchAll(FENCED)].map(([, language, code]) => ({ language: language!, code: code! }));
    return { name: `${page}: ${/^#+ (.*)/.exec(text)![1]}`, text, snippets };
  });
}

export const sections = (): Section[] => PAGES.flatMap(sectionsOf);

/** The rows of the table whose head begins with this word, each as its cells. */
export function table(text: string, head: string): string[][] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (first < 0) throw new Error(`no table begins with "${head}"`);
  const rows = lines.slice(first + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end < 0 ? rows.length : end).map((row) => row.slice(1, -1).split("|").map((cell) => cell.trim()));
}

/** All that stands in `code` in a text. */
export const coded = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
