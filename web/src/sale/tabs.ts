/**
 * What tabs of one buyer tell each other. A frame names nobody, so that another tab's hold looks like a stranger's: who
 * changes something says so here, and the others read their holds anew.
 */

type Message =
  | { kind: "giving"; seatIds: string[] }
  /** Where it was made it is told; here it need not be told again. */
  | { kind: "booked"; bookingId: string }
  | { kind: "changed" };

/** A loss that was announced longer ago than this has another cause, in milliseconds. */
const GIVEN_FOR_MS = 30_000;

export class Tabs {
  #channel: BroadcastChannel | null = null;
  readonly #given = new Map<string, number>();
  readonly #booked = new Set<string>();

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

  /** Seats that another tab of this buyer said it gives up. */
  given(): Set<string> {
    const since = this.nowMs() - GIVEN_FOR_MS;
    for (const [id, at] of this.#given) if (at < since) this.#given.delete(id);
    return new Set(this.#given.keys());
  }

  /** Whether another tab of this buyer said that it made this booking. */
  hasBooked(bookingId: string): boolean {
    return this.#booked.has(bookingId);
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case "giving":
        for (const id of message.seatIds) this.#given.set(id, this.nowMs());
        return;
      case "booked":
        this.#booked.add(message.bookingId);
        return;
      case "changed":
        return this.changed();
    }
  }
}
