/**
 * Breaks the seat map on purpose, once for each mutant, and expects the unit tests of its room to fail: `npm run mutants`,
 * or `npm run mutants -- NAME…` for some. With `--check` it only sees that each still applies.
 */
import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTANTS, type Mutant } from "./mutants.js";

const WEB = join(dirname(fileURLToPath(import.meta.url)), "../..");
const TESTS_WITHIN_MS = 120_000;

async function broken(folder: string, { name, file, before, after }: Mutant): Promise<string> {
  const text = await readFile(join(folder, "src", file), "utf8");
  if (text.split(before).length !== 2) throw new Error(`${name} does not apply: ${file} has its text ${text.split(before).length - 1} times`);
  return text.replace(before, () => after);
}

/** Whether the tests of a room pass. */
async function passes(folder: string, room: string): Promise<boolean> {
  const names = (await readdir(join(folder, "src", room))).filter((name) => name.endsWith(".test.ts"));
  const files = names.map((name) => join("src", room, name));
  const tests = spawn(process.execPath, ["--import", "tsx", "--test", ...files], { cwd: folder, stdio: "ignore", timeout: TESTS_WITHIN_MS });
  return new Promise((resolve, reject) => tests.on("error", reject).on("exit", (code) => resolve(code === 0)));
}

async function main(wanted: readonly string[]): Promise<void> {
  const isCheck = wanted.includes("--check");
  const names = wanted.filter((name) => name !== "--check");
  const mutants = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
  if (mutants.length < names.length || mutants.length === 0) throw new Error(`the mutants are ${MUTANTS.map(({ name }) => name).join(", ")}`);
  for (const mutant of mutants) await broken(WEB, mutant);
  if (isCheck) return console.log(`${mutants.length} mutants apply`);
  const folder = await mkdtemp(join(tmpdir(), "seat-map-mutants-"));
  try {
    await cp(join(WEB, "src"), join(folder, "src"), { recursive: true });
    await cp(join(WEB, "package.json"), join(folder, "package.json"));
    await symlink(join(WEB, "node_modules"), join(folder, "node_modules"));
    const survivors = await play(folder, mutants);
    if (survivors.length) throw new Error(`not caught: ${survivors.join(", ")}`);
    console.log(`${mutants.length} of ${mutants.length} mutants are caught`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The names of the mutants that no test noticed. The unbroken rooms have to pass first, or a failure proves nothing. */
async function play(folder: string, mutants: readonly Mutant[]): Promise<string[]> {
  for (const room of new Set(mutants.map((mutant) => mutant.room))) {
    if (!(await passes(folder, room))) throw new Error(`the tests of ${room} fail without a mutant`);
  }
  const survivors: string[] = [];
  for (const mutant of mutants) {
    const file = join(folder, "src", mutant.file);
    const whole = await readFile(file, "utf8");
    await writeFile(file, await broken(folder, mutant));
    const isCaught = !(await passes(folder, mutant.room));
    await writeFile(file, whole);
    console.log(`${isCaught ? "caught      " : "NOT CAUGHT  "}${mutant.name}: ${mutant.breakage}`);
    if (!isCaught) survivors.push(mutant.name);
  }
  return survivors;
}

await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`Error: ${error.message}`);
  process.exitCode = 1;
});
