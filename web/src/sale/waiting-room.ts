/**
 * A buyer's place in an event's waiting room: taken where there is a line, looked at as often as the engine says, and the
 * pass that comes with the turn.
 */
import type { Api } from "../client/api.js";
import type { ServerClock } from "../client/clock.js";
import type { Socket } from "../client/socket.js";
import type { Tokens } from "../client/tokens.js";
import type { Line, PlaceInLine } from "../client/types.js";
import { recall, remember } from "./memory.js";
import { codeOf } from "./trouble.js";

/** What there is to show: a place; that the buyer has left, has to sign in, or that sales are over; null for nothing. */
export type Standing = PlaceInLine | { status: "left" | "unauthorized" | "closed" };

export interface WaitingOptions {
  eventId: string;
  api: Api;
  socket: Socket;
  clock: ServerClock;
  tokens: Pick<Tokens, "isRenewable">;
  listener: WaitingListener;
}

export interface WaitingListener {
  /** Every place that the engine tells, and leaving; null where there is none. */
  waiting(standing: Standing | null): void;
  /** The place is followed no more: nothing that belongs to it may go on. */
  waitingStopped(): void;
  /** The buyer's token has run out, and there is no other. */
  failed(error: unknown): void;
}

type Ask = () => Promise<Standing | null>;

const RETRY_MS = 5_000;
/** What the tab remembers of a buyer who has left the line. */
const LEFT = "left";
const PASS_LOOK_LEAST_MS = 1_000;

export class WaitingRoom {
  standing: Standing | null = null;
  /** What everyone may see of it, as it was read at first; as long as a lot is to be drawn, with each look. */
  line: Line | null = null;
  /** The buyer, as the token says. */
  subject = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with all that is learned, so that an answer that comes late changes nothing. */
  #turn = 0;
  #unlisten: () => void = () => {};

  constructor(readonly options: WaitingOptions) {}

  /** What lets this buyer in, if anything does. The engine's clock decides for how long. */
  get pass(): string | undefined {
    return this.standing && "pass" in this.standing ? this.standing.pass : undefined;
  }

  /** How many were ahead when this tab saw the place first. */
  get aheadAtFirst(): number {
    return Number(recall(this.#key)?.split(" ")[1] ?? 0);
  }

  /** Takes a place where there is a line, unless this buyer has left it in this tab. */
  start(subject: string): Promise<void> {
    this.stop();
    if (subject !== this.subject) this.#forget();
    this.subject = subject;
    if (recall(this.#key) === LEFT) this.standing = { status: "left" };
    this.#unlisten = this.options.socket.listen({
      frame: (frame) => {
        if (frame.type === "queue:admitted" && frame.eventId === this.options.eventId) this.#take(frame.data);
      },
    });
    return this.#learn(async () => {
      this.line = await this.options.api.line(this.options.eventId);
      const hasLeft = this.standing?.status === "left";
      if (this.line.open && (hasLeft || !this.standing)) return null;
      return hasLeft ? this.standing : this.#look();
    });
  }

  /** There is no buyer any more. */
  close(): void {
    this.stop();
    this.#forget();
    this.subject = "";
  }

  #forget(): void {
    const hadPlace = this.standing !== null;
    this.standing = null;
    this.line = null;
    if (hadPlace) this.options.listener.waiting(null);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#unlisten();
    this.options.listener.waitingStopped();
    this.#turn += 1;
  }

  /** Something was not held for want of a pass. */
  refused(): Promise<void> {
    return this.#learn(() => this.#look());
  }

  /** There is another token of this buyer's. */
  renew(): void {
    if (this.standing?.status === "unauthorized") void this.refused();
  }

  /** Takes a new place, at the end. Where that fails it is tried again, and the buyer, who waits for it, is told. */
  join(): Promise<void> {
    return this.#learn(() => this.#join(), true);
  }

  /** Gives the place up; whoever comes back starts at the end. Where that fails, as with `join`. */
  leave(): Promise<void> {
    return this.#learn(async () => {
      await this.options.api.leave(this.options.eventId);
      return { status: "left" };
    }, true);
  }

  /** Where something fails, by asking the same again later. Meanwhile what is known stays on show. */
  async #learn(ask: Ask, isWish = false): Promise<void> {
    clearTimeout(this.#timer);
    const turn = (this.#turn += 1);
    try {
      const standing = await ask();
      if (turn === this.#turn) this.#take(standing);
    } catch (error) {
      const isSignedOut = codeOf(error) === "unauthorized";
      if (turn === this.#turn) {
        // Asking again with a token that has run out is of no use: the buyer is told, once.
        if (isSignedOut && this.standing?.status !== "unauthorized") {
          this.#take({ status: "unauthorized" });
          this.options.listener.failed(error);
        }
        if (!isSignedOut || this.options.tokens.isRenewable) this.#askIn(RETRY_MS, ask);
      }
      if (isWish && !isSignedOut) throw error;
    }
  }

  #take(standing: Standing | null): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.standing = standing;
    this.#note(standing);
    this.options.listener.waiting(standing);
    const wait = standing && nextLook(standing, this.options.clock.now());
    if (wait) this.#askIn(wait, () => this.#look());
  }

  /** That the buyer has left, or how far the place was from its turn at first; whoever has to sign in keeps it. */
  #note(standing: Standing | null): void {
    if (standing?.status === "left") remember(this.#key, LEFT);
    else if (standing && "number" in standing && standing.number) {
      const { number, ahead } = standing;
      if (recall(this.#key)?.split(" ")[0] !== String(number)) remember(this.#key, `${number} ${ahead}`);
    }
  }

  #askIn(ms: number, ask: Ask): void {
    this.#timer = setTimeout(() => void this.#learn(ask), ms);
  }

  /** Our place, else a new one: joining alone would take a new place for whoever's turn is over, unasked. */
  async #look(): Promise<Standing> {
    const { eventId, api } = this.options;
    const standing = (await this.#ask("queue:status", () => api.place(eventId))) ?? (await this.#join());
    if (this.line?.draw && !this.line.draw.seed) this.line = await api.line(eventId).catch(() => this.line);
    return standing;
  }

  async #join(): Promise<Standing> {
    const { eventId } = this.options;
    return (await this.#ask("queue:join", () => this.options.api.join(eventId))) ?? { status: "closed" };
  }

  /** Over the socket, which then also tells when the turn comes; over HTTP where that does not work. */
  async #ask(action: "queue:status" | "queue:join", http: () => Promise<PlaceInLine>): Promise<Standing | null> {
    const { socket, eventId } = this.options;
    try {
      const frame = await socket.ask(action, { eventId }).catch((error: unknown) => {
        if (isEnd(error)) throw error;
        return null;
      });
      return frame && "ahead" in frame.data ? frame.data : await http();
    } catch (error) {
      if (codeOf(error) === "sales_closed") return { status: "closed" };
      if (codeOf(error) === "not_found") return null;
      throw error;
    }
  }

  get #key(): string {
    return `holdfast/line/${this.options.eventId}/${this.subject}`;
  }
}

/** In how many milliseconds to ask again, `nowMs` by the server's clock; 0 for never. A pass is looked at at its end too. */
export function nextLook(standing: Standing, nowMs: number): number {
  if (!("pollAfterSeconds" in standing)) return 0;
  const { status, pass, passExpiresAt, pollAfterSeconds } = standing;
  if (status === "done" || (status === "open" && !pass)) return 0;
  const rest = passExpiresAt ? Math.max(PASS_LOOK_LEAST_MS, Date.parse(passExpiresAt) - nowMs) : Infinity;
  return Math.min(rest, pollAfterSeconds * 1_000);
}

/** Refusals that answer the question: there is no place, and there will be none. */
const isEnd = (error: unknown) => ["sales_closed", "not_found"].includes(codeOf(error) ?? "");
