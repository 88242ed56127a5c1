/** One event watched over the socket: joined anew with every connection, and its frames picked out. */
import { Refused } from "./errors.js";
import type { Frame, Joined } from "./frames.js";
import type { Socket } from "./socket.js";
import type { Clockwork } from "./surroundings.js";
import type { SeatState } from "./types.js";

const RETRY_MS = 3_000;
const REFUSED_MS = 20_000;

export interface WatchListener {
  /** The event is joined, or is no longer. */
  changed(): void;
  changes(changes: readonly SeatState[]): void;
}

export class Watch {
  #joined: Joined | null = null;
  /** Grows with each join, so that an answer to an older one is known to be old. */
  #turn = 0;
  #callOff: () => void = () => {};
  readonly #end: () => void;

  constructor(
    private readonly socket: Socket,
    private readonly eventId: string,
    private readonly time: Clockwork,
    private readonly listener: WatchListener,
  ) {
    this.#end = socket.listen({
      opened: () => void this.join(),
      closed: () => this.#leave(),
      frame: (frame) => this.#hear(frame),
    });
    if (socket.isOpen) void this.join();
  }

  get joined(): Joined | null {
    return this.#joined;
  }

  /** Joins, or joins again: what was committed before the new answer's `at` has to be read then. */
  async join(): Promise<void> {
    const turn = this.#begin();
    try {
      const { type, data } = await this.socket.ask("join", { eventId: this.eventId, snapshot: false });
      if (turn !== this.#turn || type !== "joined") return;
      this.#joined = data;
      this.listener.changed();
    } catch (error) {
      if (turn !== this.#turn || !this.socket.isOpen) return;
      this.#callOff = this.time.after(error instanceof Refused ? REFUSED_MS : RETRY_MS, () => void this.join());
    }
  }

  stop(): void {
    this.#begin();
    this.#end();
    this.socket.ask("leave", { eventId: this.eventId }).catch(() => {});
  }

  #begin(): number {
    this.#callOff();
    this.#joined = null;
    return (this.#turn += 1);
  }

  #leave(): void {
    this.#begin();
    this.listener.changed();
  }

  #hear(frame: Frame): void {
    if (!("eventId" in frame) || frame.eventId !== this.eventId) return;
    if (frame.type === "seat:status:changed") this.listener.changes(frame.data.changes);
    // Unasked: frames were lost on the way, and this is what they would have told.
    if (frame.type === "seats:availability") this.listener.changes(frame.data.seats);
  }
}
