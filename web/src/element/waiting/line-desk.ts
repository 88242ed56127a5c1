/** Follows the buyer's place for the desk: what to show of it, what to say of it and when, and how to fetch the buyer back. */
import { html, type nothing, type TemplateResult } from "lit/html.js";
import type { Draw } from "../../draw/draw.js";
import { recall, remember } from "../../sale/memory.js";
import type { WaitingRoom } from "../../sale/waiting-room.js";
import type { Speech } from "../speech.js";
import { Chime } from "./chime.js";
import { isNews, outlook, type Outlook } from "./outlook.js";
import { aheadOf, isInLine, isNearEnd, isOver, toldOf, waitingPanel, type Means, type Told } from "./panel.js";
import { flagTitle } from "./title.js";

export interface LineDeskOptions {
  speech(): Speech;
  say(text: string): void;
  /** Says it at once, whatever is being said. */
  call(text: string): void;
  attempt: Means["attempt"];
  /** Something else is to be shown, though nothing has come. */
  changed(): void;
  /** Within the shadow root. */
  root: Node;
}

const NOTHING_SAID = { what: "", ahead: Infinity };

export class LineDesk {
  #outlook: Outlook | null = null;
  /** What was said last, and how many were ahead then. */
  #said = NOTHING_SAID;
  /** Whether the buyer was seen to wait, and was not told yet that the wait is over. */
  #hasWaited = false;
  #lowerFlag = () => {};
  readonly #chime = new Chime();
  #draw: Draw | null = null;

  constructor(private readonly options: LineDeskOptions) {}

  /** Another visit. */
  clear(): void {
    this.#lowerFlag();
    this.#outlook = null;
    this.#said = NOTHING_SAID;
    this.#hasWaited = false;
  }

  /** The place is followed no more. */
  rest(): void {
    this.#chime.rest();
  }

  heard(room: WaitingRoom, nowMs: number): void {
    const { standing } = room;
    this.#chime.wakes(isInLine(room));
    this.#outlook = standing?.status === "waiting" ? outlook(this.#outlook, standing.estimatedWaitSeconds, nowMs) : null;
    if (!isOver(room)) this.#lowerFlag();
    // A draw has a module of its own. Where that does not come the place is told without it, and the next answer asks again.
    if (room.line?.draw) import("../../draw/draw.js").then(({ Draw }) => (this.#draw ??= new Draw({ html, memory: { recall, remember }, ...this.options })), () => {});
  }

  /** After an answer, or when the clock has moved on: says each status once, and of what changes with every look the news. */
  tick(room: WaitingRoom, nowMs: number): void {
    const ahead = aheadOf(room);
    const told = this.#told(room, nowMs);
    const what = `${room.standing?.status} ${isNearEnd(room, nowMs)} ${told?.stage}`;
    if (what === this.#said.what && !isNews(this.#said.ahead, ahead)) return;
    this.#said = { what, ahead };
    if (!told) return;
    const { number = "", title, text } = told;
    const hasCome = this.#hasWaited && isOver(room);
    this.options[hasCome ? "call" : "say"](`${number} ${title}. ${text}`.trim());
    // Whoever has to sign in keeps the place, and waits on.
    if (room.standing!.status !== "unauthorized") this.#hasWaited = isInLine(room);
    if (!hasCome) return;
    this.#chime.ring();
    this.#lowerFlag = flagTitle(this.options.speech().words.waiting.flag);
  }

  panel(room: WaitingRoom, nowMs: number): TemplateResult | typeof nothing {
    const { speech, attempt } = this.options;
    return waitingPanel(this.#told(room, nowMs), speech(), room, { chime: this.#chime, attempt });
  }

  #told(room: WaitingRoom, nowMs: number): Told | null {
    const told = toldOf({ room, outlook: this.#outlook, nowMs }, this.options.speech());
    return told && this.#draw ? this.#draw.tell(told, room, nowMs) : told;
  }
}
