/** The table of budgets, as `tests/bench` prints and writes it: for people, and as JSON for programs. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** `open` could not be measured here; `told` is a figure to look at, without a budget. */
export type Verdict = "met" | "missed" | "open" | "told";

export interface Row {
  what: string;
  budget: string;
  measured: string;
  verdict: Verdict;
  /** Everything that was measured for it. */
  figures: unknown;
}

const WORDS: Record<Verdict, string> = { met: "met", missed: "MISSED", open: "not measured", told: "no budget" };
const FOLDER = fileURLToPath(new URL("../../../bench-results", import.meta.url));

export function verdict(isMet: boolean): Verdict {
  return isMet ? "met" : "missed";
}

export function failedRow(what: string, error: unknown): Row {
  const message = error instanceof Error ? error.message : String(error);
  return { what, budget: "", measured: message.split("\n")[0]!, verdict: "open", figures: null };
}

/** The rows that keep the benchmark from ending well. */
export function failures(rows: readonly Row[]): string[] {
  const failed = rows.filter((row) => row.verdict === "missed" || row.verdict === "open");
  return failed.map((row) => `${row.what}: ${row.measured} (${WORDS[row.verdict]})`);
}

/** Each column as wide as it needs. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.what, row.budget, row.measured, WORDS[row.verdict]]);
  const lines = [["what", "budget", "measured", "verdict"], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const [head, ...body] = lines.map((line) => `| ${line.map((cell, n) => cell.padEnd(widths[n]!)).join(" | ")} |`);
  return [head, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body].join("\n");
}

/** Under today's date and as the latest; answers with the file's path. */
export async function write(rows: readonly Row[], conditions: string): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const at = new Date().toISOString();
  const text = JSON.stringify({ at, machine: await machine(), conditions, rows }, null, 2);
  const path = join(FOLDER, `web-${at.slice(0, 10)}.json`);
  await writeFile(path, text);
  await writeFile(join(FOLDER, "web-latest.json"), text);
  return path;
}

async function machine(): Promise<object> {
  const loadAtTheEnd = await readFile("/proc/loadavg", "utf8").catch(() => "");
  const model = cpus()[0]?.model ?? "";
  return { architecture: arch(), cores: availableParallelism(), model, loadAtTheEnd: loadAtTheEnd.trim() };
}
