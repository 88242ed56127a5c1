/**
 * How a follower stands: whether the server was reached, and whether what is shown can still be vouched for. Told whenever
 * it changes, also where nothing but time passes.
 */
import { isLive, staleFrom, type Situation } from "./pace.js";
import type { Clockwork } from "./surroundings.js";

export interface Status {
  /** The last attempt to reach the server was answered. */
  online: boolean;
  /** It has been a while since what is shown could be vouched for. */
  stale: boolean;
}

export interface Known extends Situation {
  /** There is something to see, and somebody looks. */
  isSeen: boolean;
}

export class Standing {
  #isOnline = true;
  #vouchedAt: number;
  #wasLive = false;
  #told: Status | null = null;
  #callOff: () => void = () => {};

  constructor(
    private readonly time: Clockwork,
    private readonly known: () => Known,
    private readonly tell: (status: Status) => void,
  ) {
    this.#vouchedAt = time.now();
  }

  /** What is shown is as the server has it. */
  vouch(): void {
    this.#vouchedAt = this.time.now();
  }

  /** The server was asked, and has answered or not. */
  reached(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.look();
  }

  /** The socket has joined, or is lost. Until this moment frames may have told everything. */
  connectionChanged(isJoined: boolean): void {
    if (this.#wasLive) this.vouch();
    this.reached(this.#isOnline || isJoined);
  }

  /**
   * Somebody looks again. Nothing was read meanwhile, which is no reason to complain before the next reading has had its
   * time, unless readings have failed already.
   */
  seen(): void {
    if (this.#isOnline) this.vouch();
    this.look();
  }

  /** Looks how things are, and again when time alone will change it. */
  look(): void {
    this.#callOff();
    const { isSeen, ...situation } = this.known();
    this.#wasLive = isLive(situation);
    const left = staleFrom(this.#vouchedAt, situation) - this.time.now();
    if (left > 0 && left !== Infinity) this.#callOff = this.time.after(left, () => this.look());
    this.#say({ online: this.#isOnline, stale: isSeen && left <= 0 });
  }

  stop(): void {
    this.#callOff();
  }

  #say(status: Status): void {
    const isNew = this.#told?.online !== status.online || this.#told.stale !== status.stale;
    this.#told = status;
    if (isNew) this.tell(status);
  }
}
