/** The frames of the event on show, newest first, not more than can be read. */
import { createClient, type Client } from "../src/client/index.js";
import type { Demo } from "./demo.js";
import { $, made } from "./dom.js";

const KEPT = 60;
const TEXT_MAX = 400;
const SHOW_MS = 100;

export class FrameLog {
  #count = 0;
  #pending: HTMLElement[] = [];
  #isPaused = false;
  #isDue = false;
  #client: Client | null = null;

  /** Watches an event by a connection of its own, so that what is logged is what any client gets. */
  follow({ buyerToken, webSocketUrl }: Demo, eventId: string): void {
    this.#client?.close();
    this.#count = 0;
    this.#pending = [];
    $("frames").replaceChildren();
    this.#show();
    const { socket } = (this.#client = createClient({ ws: webSocketUrl, token: buyerToken }));
    socket.listen({
      opened: () => void socket.ask("join", { eventId, snapshot: false }).catch(() => {}),
      frame: (frame) => this.#log(frame),
    });
    socket.open();
  }

  togglePause(): void {
    this.#isPaused = !this.#isPaused;
    $("pause").setAttribute("aria-pressed", String(this.#isPaused));
    this.#show();
  }

  #log(frame: { type: string; data?: unknown }): void {
    this.#count += 1;
    this.#pending.push(entry(frame));
    if (this.#pending.length > KEPT) this.#pending.shift();
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => this.#show(), SHOW_MS);
  }

  #show(): void {
    this.#isDue = false;
    $("frame-count").textContent = this.#count.toLocaleString();
    if (this.#isPaused) return;
    const list = $("frames");
    list.prepend(...this.#pending.splice(0).reverse());
    while (list.children.length > KEPT) list.lastElementChild?.remove();
  }
}

function entry({ type, data = {} }: { type: string; data?: unknown }): HTMLElement {
  const text = JSON.stringify(data);
  const shown = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}… (${text.length.toLocaleString()} characters)` : text;
  const time = made("time", { textContent: new Date().toTimeString().slice(0, 8) });
  return made("li", {}, [time, " ", made("b", { textContent: type }), ` ${shown}`]);
}
