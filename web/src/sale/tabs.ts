/**
 * What tabs of one buyer tell each other. A frame names nobody, so that another tab's hold looks like a stranger's: who
 * changes something says so here, and the others read their holds anew.
 */

type Message =
  /** Seats that are about to be given up, or booked: told before, for others may hear of the change earlier than of the answer. */
  | { kind: "giving" | "booking"; seatIds: string[] }
  | { kind: "changed" };

/** A change that was announced longer ago than this has another cause, in milliseconds. */
const SAID_FOR_MS = 30_000;

export class Tabs {
  #channel: BroadcastChannel | null = null;
  /** When it was said of which seat. */
  readonly #said = { giving: new Map<string, number>(), booking: new Map<string, number>() };

  /** `changed` is called when another tab has changed what this buyer holds. */
  constructor(private readonly changed: () => void, private readonly nowMs: () => number = () => performance.now()) {}

  /** Listens for a buyer's tabs at one event; before that, and where the browser has no channels, nothing is said. */
  open(eventId: string, subject: string): void {
    this.close();
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(`holdfast/${eventId}/${subject}`);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }

  say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  /** Seats that another tab of this buyer said it gives up, or books. */
  said(kind: "giving" | "booking"): Set<string> {
    const since = this.nowMs() - SAID_FOR_MS;
    return new Set([...this.#said[kind]].filter(([, at]) => at >= since).map(([id]) => id));
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case "giving":
      case "booking":
        for (const id of message.seatIds) this.#said[message.kind].set(id, this.nowMs());
        return;
      case "changed":
        return this.changed();
    }
  }
}
