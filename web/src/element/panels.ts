/** What stands around map and list: templates that show a state and call back, and hold none of their own. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { money } from "../words/seat.js";
import { icon, type Icon } from "./icons.js";
import { seatsInWords, type Speech } from "./speech.js";
import type { Words } from "../words/en.js";
import { parsePlace } from "../venue/area.js";
import type { Venue } from "../venue/venue.js";
import type { Selection } from "../sale/selection.js";

// ---- The map's buttons ----------------------------------------------------------------------------------------------

export interface MapActions {
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  showAll(): void;
  pause(): void;
}

const ZOOM = 1.6;
const PAN_PX = 120;

export function mapBar({ words }: Speech, isPaused: boolean, act: MapActions): TemplateResult {
  const button = (name: string, sign: Icon, press: () => void) =>
    html`<button type="button" aria-label=${name} title=${name} @click=${press}>${icon(sign)}</button>`;
  return html`
    ${button(words.zoomIn, "plus", () => act.zoomBy(ZOOM))}
    ${button(words.zoomOut, "minus", () => act.zoomBy(1 / ZOOM))}
    <button type="button" @click=${() => act.showAll()}>${words.showAll}</button>
    <span class="pan">
      ${button(words.panLeft, "left", () => act.panBy(-PAN_PX, 0))}
      ${button(words.panUp, "up", () => act.panBy(0, -PAN_PX))}
      ${button(words.panDown, "down", () => act.panBy(0, PAN_PX))}
      ${button(words.panRight, "right", () => act.panBy(PAN_PX, 0))}
    </span>
    <button type="button" aria-pressed=${isPaused} @click=${() => act.pause()}>${words.pause}</button>`;
}

export type Liveness = "loading" | "live" | "paused" | "stale" | "offline";

export function livePill({ words }: Speech, liveness: Liveness): TemplateResult {
  const text: Record<Liveness, string> = {
    loading: words.loading,
    live: words.live,
    paused: words.paused,
    stale: words.stale,
    offline: words.offline,
  };
  return html`<span class="pill" data-state=${liveness}>${text[liveness]}</span>`;
}

// ---- The basket -----------------------------------------------------------------------------------------------------

export interface Basket {
  venue: Venue;
  selection: Selection;
  /** Seconds until the hold ends; null where nothing is held. */
  secondsLeft: number | null;
  isBusy: boolean;
  isReadOnly: boolean;
}

export interface BasketActions {
  release(seatIds?: string[]): void;
  extend(): void;
  checkout(): void;
}

const SOON_S = 60;

export function basketPanel(speech: Speech, basket: Basket, act: BasketActions): TemplateResult {
  const { words, locale } = speech;
  const { selection, secondsLeft, isBusy, isReadOnly } = basket;
  if (!selection.seats.length) return html`<p>${isReadOnly ? words.readOnly : words.nothingHeld}</p>`;
  return html`
    <ul class="seats" aria-label=${words.yourSeats}>${basketLines(speech, basket, act)}</ul>
    <p class="total">${money(selection.totalAmount, selection.currency, locale)}</p>
    ${secondsLeft === null ? nothing : timer(words, secondsLeft)}
    ${isReadOnly ? nothing : html`
      <button type="button" ?disabled=${isBusy} @click=${() => act.extend()}>${words.moreTime}</button>
      <button type="button" ?disabled=${isBusy} @click=${() => act.release()}>${words.giveUpAll}</button>
      <button type="button" class="main" @click=${() => act.checkout()}>${words.checkout}</button>`}`;
}

/** Seats one by one; places of an area together, since they have no numbers that anybody knows. */
function basketLines(speech: Speech, { venue, selection, isReadOnly }: Basket, act: BasketActions): TemplateResult[] {
  const { words, locale } = speech;
  const line = (name: string, seatIds: string[]) => html`<li>${name}${isReadOnly ? nothing : html`
    <button type="button" aria-label=${words.giveUp(name)} title=${words.giveUp(name)}
      @click=${() => act.release(seatIds)}>${icon("cross")}</button>`}</li>`;
  const seats = selection.seats.filter(({ seatId }) => !parsePlace(seatId));
  const places = venue.plan.areas.map(({ id, name }) => ({
    name,
    ids: selection.seats.map(({ seatId }) => seatId).filter((seatId) => parsePlace(seatId)?.areaId === id),
  }));
  return [
    ...seats.map(({ seatId, price }) => line(`${seatsInWords(venue, [seatId], speech)} · ${money(price, selection.currency, locale)}`, [seatId])),
    ...places.filter(({ ids }) => ids.length > 0).map(({ name, ids }) => line(`${ids.length} × ${name}`, ids)),
  ];
}

function timer(words: Words, secondsLeft: number): TemplateResult {
  const left = clockText(secondsLeft);
  return html`<p class="timer" part="timer" role="timer" ?data-soon=${secondsLeft <= SOON_S}>${words.timeLeft(left)}</p>`;
}

/** Minutes and seconds. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
