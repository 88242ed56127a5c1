/** The buyer's place in the line, in words: what to expect, what comes next, and what can be done. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { PlaceInLine } from "../../client/types.js";
import type { Telling } from "../../draw/draw.js";
import type { Standing, WaitingRoom } from "../../sale/waiting-room.js";
import { about, clockText, count } from "../../words/seat.js";
import { timeOfDay, type Speech } from "../speech.js";
import type { Chime } from "./chime.js";
import { waitWords, type Outlook } from "./outlook.js";

/** A pass that ends within this has its minutes counted. */
export const NEAR_MS = 5 * 60_000;
/** What is further away than this has no clock; and than this no time without its date. */
const COUNTED_MS = 60 * 60_000;
const DATED_MS = 12 * COUNTED_MS;

export interface InLine {
  room: Pick<WaitingRoom, "standing" | "line">;
  outlook: Outlook | null;
  /** By the server's clock. */
  nowMs: number;
}

/** What is shown and spoken; the notes are for those who wait. */
export interface Told extends Telling {
  /** Stands large before the title. */
  number?: string;
  /** The button that takes a place. */
  take?: string;
}

/** What the buttons work with. */
export interface Means {
  chime: Chime;
  /** Does something that may fail, and says why if it does. */
  attempt(deed: () => Promise<void>): void;
}

/** Null for nothing. */
export function toldOf({ room: { standing, line }, outlook, nowMs }: InLine, speech: Speech): Told | null {
  const { words: { waiting }, locale } = speech;
  switch (standing?.status) {
    case "early":
      return { title: waiting.early, text: opening(line?.opensAt, nowMs, speech), notes: notes(standing, speech) };
    case "waiting": {
      const { ahead } = standing;
      const people = count(ahead!, locale);
      const title = ahead ? { number: String(people), title: waiting.ahead(people) } : { title: waiting.next };
      return { ...title, text: prospect(outlook, nowMs, speech), notes: notes(standing, speech) };
    }
    case "admitted":
    case "open":
      return { title: standing.status === "open" ? waiting.noWait : waiting.turn, text: until(standing, nowMs, speech) };
    case "done":
      return { title: waiting.over, text: waiting.holdsStay, take: waiting.again };
    case "left":
      return { title: waiting.left, text: waiting.startsAtEnd, take: waiting.take };
    case "unauthorized":
      return { title: waiting.signIn, text: waiting.placeKept };
    case "closed":
      return { title: waiting.closed, text: "" };
  }
  return null;
}

export function waitingPanel(told: Told | null, { words: { waiting } }: Speech, room: WaitingRoom, { chime, attempt }: Means): TemplateResult | typeof nothing {
  if (!told) return nothing;
  const { number, title, text, notes, take, more } = told;
  const [first, ahead] = [room.aheadAtFirst, aheadOf(room)];
  return html`<section class="notice waiting" data-status=${room.standing!.status} aria-label=${title}>
    <h2>${number && html`<b>${number}</b> `}${title}</h2>
    ${first && ahead < Infinity ? html`<progress aria-label=${waiting.progress} max=${first} .value=${first - ahead}></progress>` : nothing}
    <p>${text}</p>${more}
    ${notes && html`<p>${notes}</p>
      <div class="deeds">${chime.isPossible ? html`<label><input type="checkbox" .checked=${chime.isOn}
        @change=${() => chime.turn(!chime.isOn)}>${waiting.sound}</label>` : nothing}
      <details><summary>${waiting.leave}</summary>${waiting.startsAtEnd}
        <button type="button" @click=${() => attempt(() => room.leave())}>${waiting.leaveNow}</button></details></div>`}
    ${take && html`<button type="button" class="main" @click=${() => attempt(() => room.join())}>${take}</button>`}
  </section>`;
}

type Place = Pick<WaitingRoom, "standing">;

const hasStatus = ({ standing }: Place, ...statuses: Standing["status"][]) => standing !== null && statuses.includes(standing.status);

export const isInLine = (place: Place) => hasStatus(place, "waiting", "early");
/** Whether whoever waited need not do so any more. */
export const isOver = (place: Place) => hasStatus(place, "admitted", "open");

/** Infinity for whoever does not wait. */
export function aheadOf({ standing }: Place): number {
  return standing?.status === "waiting" ? standing.ahead! : Infinity;
}

export function isNearEnd({ standing }: Place, nowMs: number): boolean {
  return standing !== null && "pass" in standing && Date.parse(standing.passExpiresAt!) - nowMs < NEAR_MS;
}

function opening(opensAt: string | null | undefined, nowMs: number, speech: Speech): string {
  const { waiting } = speech.words;
  const left = Date.parse(opensAt ?? "") - nowMs;
  return left > 0 ? waiting.opens(timeAt(opensAt!, nowMs, speech), left < COUNTED_MS ? clockText(left / 1_000, speech.locale) : "") : waiting.opensSoon;
}

function prospect(outlook: Outlook | null, nowMs: number, { words, locale }: Speech): string {
  const { waiting } = words;
  if (!outlook?.turnAt) return waiting.stands;
  return `${waiting.wait(waitWords(outlook.turnAt - nowMs, words, locale))} ${outlook.isSlower ? waiting.slower : ""}`;
}

function notes({ number, seatsLeft, likely }: PlaceInLine, { words: { waiting }, locale }: Speech): string {
  const own = number === null ? "" : waiting.number(count(number, locale));
  return `${own} ${waiting.seatsLeft(count(seatsLeft, locale), likely)} ${waiting.stay}`;
}

function until({ passExpiresAt }: PlaceInLine, nowMs: number, speech: Speech): string {
  if (!passExpiresAt) return "";
  const left = Date.parse(passExpiresAt) - nowMs;
  return speech.words.waiting.until(timeAt(passExpiresAt, nowMs, speech), left < NEAR_MS ? about(left, speech.words, speech.locale) : "");
}

function timeAt(moment: string, nowMs: number, speech: Speech): string {
  return timeOfDay(moment, speech, Date.parse(moment) - nowMs > DATED_MS);
}
