/** The buyer's token: a fixed one, or one that a shop's callback gives, asked again before it runs out. */
import { Refused, Unanswered } from "./errors.js";

export interface TokenSource {
  token?: string | null | undefined;
  /** Wins over `token`. */
  tokenProvider?: (() => Promise<string>) | null | undefined;
}

/** A token that runs out sooner might not reach the server in time. */
const LEFT_MS = 10_000;
const ASK_AGAIN_MS = 1_000;
/** A callback that is silent for so long may have been forgotten. */
const SILENT_MS = 10_000;

interface Asked {
  at: number;
  token: Promise<string>;
  /** What `token` came to; undefined as long as it is awaited, null where there is none. */
  result: string | null | undefined;
}

export class Tokens {
  #source: TokenSource;
  #asked: Asked | null = null;

  /** `now` by the server's clock, in milliseconds: a token runs out by it. */
  constructor(source: TokenSource, private readonly now: () => number = () => Date.now()) {
    this.#source = source;
  }

  /** Whether there is any token to be had. Without one everything can be looked at and nothing held. */
  get has(): boolean {
    return Boolean(this.#source.tokenProvider || this.#source.token);
  }

  /** Whether a token that has run out, or was refused, may be followed by another one. */
  get isRenewable(): boolean {
    return Boolean(this.#source.tokenProvider);
  }

  use(source: TokenSource): void {
    this.#source = source;
    this.#asked = null;
  }

  /** A token that is good for a while yet; undefined where there is no source. A fixed one is taken as it is. */
  async get(): Promise<string | undefined> {
    const { token, tokenProvider } = this.#source;
    if (!tokenProvider) return token || undefined;
    if (!this.#asked || !this.#isGood(this.#asked)) this.#asked = this.#ask(tokenProvider);
    return this.#asked.token;
  }

  /** The server has refused this token; whoever asks next gets another. */
  expired(token: string): void {
    if (this.#asked?.result === token) this.#asked = null;
  }

  /** Callers share one request, and what came of it for a second, whatever it was. */
  #isGood({ at, result }: Asked): boolean {
    const age = Math.abs(this.now() - at);
    if (result === undefined) return age < SILENT_MS;
    if (age < ASK_AGAIN_MS) return true;
    return result !== null && expiry(result) - this.now() > LEFT_MS;
  }

  #ask(provider: () => Promise<string>): Asked {
    const asked: Asked = { at: this.now(), token: askProvider(provider), result: undefined };
    const settle = (result: string | null) => {
      asked.at = this.now();
      asked.result = result;
    };
    asked.token.then(settle, () => settle(null));
    return asked;
  }
}

async function askProvider(provider: () => Promise<string>): Promise<string> {
  try {
    const token = await provider();
    if (typeof token === "string" && token) return token;
  } catch (cause) {
    // What fetch throws where it reaches nobody: the shop has not said that this buyer gets no token.
    if (cause instanceof TypeError) throw new Unanswered("offline", { cause });
    throw new Refused("unauthorized", cause instanceof Error ? cause.message : "No token", { status: 401, cause });
  }
  throw new Refused("unauthorized", "No token", { status: 401 });
}

/** Who a token is for; null where it cannot be read. Only the server can tell whether it is true. */
export function subject(token: string): string | null {
  const { sub } = claims(token);
  return typeof sub === "string" ? sub : null;
}

/** When a token runs out, in milliseconds since 1970; Infinity where it does not say. */
export function expiry(token: string): number {
  const { exp } = claims(token);
  return typeof exp === "number" ? exp * 1000 : Infinity;
}

function claims(token: string): { sub?: unknown; exp?: unknown } {
  try {
    const base64 = token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes))) as object;
  } catch {
    return {};
  }
}
