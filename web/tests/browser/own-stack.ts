/**
 * A stack of a test's own, `local up` on a free port with a folder of its own below `.local/`, to be killed and started
 * again. It runs under `local guard`, so that it ends with this process in any case.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "./eventually.js";
import { freshId, type Stack } from "./stack.js";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));
/** The first start may have to wait for somebody else's build. */
const START_MS = 120_000;

export class OwnStack implements Stack {
  readonly secret = `browser-${freshId()}${freshId()}`;
  readonly #data = join(PROJECT, `.local/browser-${freshId()}`);
  readonly #log = join(this.#data, "up.log");
  #guard: ChildProcess | null = null;

  private constructor(private readonly port: number) {}

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(): Promise<OwnStack> {
    const stack = new OwnStack(await freePort());
    await mkdir(stack.#data, { recursive: true });
    await stack.startAgain();
    return stack;
  }

  /** On the same port and the same data. */
  async startAgain(): Promise<void> {
    const local = process.env.HOLDFAST_LOCAL;
    if (!local) throw new Error("HOLDFAST_LOCAL has to say where the program of the local stack is");
    const own = { PORT: String(this.port), HOLDFAST_DATA: this.#data, HOLDFAST_JWT_SECRET: this.secret, HOLDFAST_CONCURRENCY: "1" };
    const env = { ...withoutClock(), ...own };
    const log = openSync(this.#log, "w");
    this.#guard = spawn(local, ["guard", "--", local, "up"], { cwd: PROJECT, env, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    const isReady = () => readFileSync(this.#log, "utf8").includes("] ready") || this.#guard!.exitCode;
    await eventually(`the stack starts, see ${this.#log}`, isReady, true, START_MS);
  }

  /** Kills the process that has table, gateway and sockets, as a crash would. */
  async kill(): Promise<void> {
    const guard = this.#guard!;
    const [up] = readFileSync(`/proc/${guard.pid}/task/${guard.pid}/children`, "utf8").trim().split(" ");
    await this.#end(() => process.kill(Number(up), "SIGKILL"));
  }

  /** Moves its clock on, by a time such as `9m50s`. */
  async advance(time: string): Promise<void> {
    await promisify(execFile)(process.env.HOLDFAST_LOCAL!, ["clock", time], { cwd: PROJECT, env: { ...withoutClock(), HOLDFAST_DATA: this.#data } });
  }

  async stop(): Promise<void> {
    if (this.#guard) await this.#end(() => this.#guard!.kill("SIGTERM"));
    await rm(this.#data, { recursive: true, force: true });
  }

  async #end(signal: () => void): Promise<void> {
    const guard = this.#guard!;
    const ended = guard.exitCode === null ? once(guard, "exit") : null;
    signal();
    await ended;
    this.#guard = null;
  }
}

/** The clock of the stack around all tests is not this one's. */
function withoutClock(): NodeJS.ProcessEnv {
  const { HOLDFAST_CLOCK: _clock, ...environment } = process.env;
  return environment;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
