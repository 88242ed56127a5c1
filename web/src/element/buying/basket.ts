/** What is held, with its tickets, its total and its one timer; or what was booked last. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Booked } from "../../client/types.js";
import type { Selection } from "../../sale/selection.js";
import type { Venue } from "../../venue/venue.js";
import { clockText, money } from "../../words/seat.js";
import { icon } from "../icons.js";
import type { Speech } from "../speech.js";
import { linesOf, lineText, typesOf, type Line } from "./lines.js";

export interface Basket {
  venue: Venue;
  selection: Selection;
  /** Seconds until the hold ends; null where nothing is held. */
  secondsLeft: number | null;
  isBusy: boolean;
  isReadOnly: boolean;
  /** Whether the hold may still be given more time, as far as is known. */
  canExtend: boolean;
  /** The last step waits for holds that are under way. */
  isLeaving: boolean;
}

export interface BasketActions {
  release(seatIds?: string[]): void;
  /** Rejected where it is refused. */
  retype(seatIds: string[], ticketTypeId: string): Promise<unknown>;
  extend(): void;
  checkout(): void;
}

/** From here on the timer looks urgent, and more time is offered. */
const SOON_S = 60;

export function basketPanel(speech: Speech, basket: Basket, act: BasketActions): TemplateResult {
  const { words, locale } = speech;
  const { venue, selection, secondsLeft, isBusy, isReadOnly, canExtend, isLeaving } = basket;
  if (!selection.seats.length) return html`<p>${isReadOnly ? words.readOnly : words.nothingHeld}</p>`;
  return html`
    <ul class="seats" aria-label=${words.yourSeats}>
      ${linesOf(venue, selection.seats, speech).map((line) => html`<li>${lineOf(speech, basket, line, act)}</li>`)}
    </ul>
    <p class="total">${money(selection.totalAmount, selection.currency, locale)}</p>
    ${timer(speech, secondsLeft)}
    ${isReadOnly ? nothing : html`
      ${canExtend ? html`<button type="button" aria-disabled=${isBusy} @click=${() => act.extend()}>${words.moreTime}</button>` : nothing}
      <button type="button" aria-disabled=${isBusy} @click=${() => act.release()}>${words.giveUpAll}</button>
      <button type="button" class="main" aria-disabled=${isLeaving} @click=${() => act.checkout()}>
        ${isLeaving ? words.buying.oneMoment : words.checkout}</button>`}`;
}

function lineOf(speech: Speech, { venue, isReadOnly }: Basket, line: Line, act: BasketActions): TemplateResult {
  const { words, locale } = speech;
  if (isReadOnly) return html`<span>${lineText(venue, line, speech)}</span>`;
  const types = typesOf(venue, line.categoryId, speech);
  const retype = ({ target }: Event) => {
    const select = target as HTMLSelectElement;
    // Shown at once, and taken back where it was refused.
    act.retype(line.seatIds, select.value).catch(() => (select.value = line.ticketTypeId!));
  };
  const chooser = html`<select aria-label=${words.buying.ticketFor(line.name)} @change=${retype}>
    ${types.map(({ id, text }) => html`<option value=${id} .selected=${id === line.ticketTypeId}>${text}</option>`)}
  </select>`;
  return html`<span>${line.name}</span>
    ${types.length > 1 ? chooser : html`<span>${money(line.price, venue.currency, locale)}</span>`}
    <button type="button" aria-label=${words.giveUp(line.name)} title=${words.giveUp(line.name)}
      @click=${() => act.release(line.seatIds)}>${icon("cross")}</button>`;
}

export function timer({ words, locale }: Speech, secondsLeft: number | null): TemplateResult | typeof nothing {
  if (secondsLeft === null) return nothing;
  return html`<p class="timer" part="timer" role="timer" ?data-soon=${secondsLeft <= SOON_S}>${words.timeLeft(clockText(secondsLeft, locale))}</p>`;
}

/** What will be booked, or was. */
export function summary(speech: Speech, venue: Venue, { seats, totalAmount, currency }: Omit<Selection, "holdId" | "expiresAt">): TemplateResult {
  return html`<ul>${linesOf(venue, seats, speech).map((line) => html`<li>${lineText(venue, line, speech)}</li>`)}</ul>
    <p class="total">${speech.words.buying.total(money(totalAmount, currency, speech.locale))}</p>`;
}

// ---- What was booked ------------------------------------------------------------------------------------------------

export interface ReceiptActions {
  showSeats(): void;
  close(): void;
}

/** The booking, until the buyer has seen enough of it or holds something again. */
export function receiptPanel(speech: Speech, venue: Venue, booking: Booked, act: ReceiptActions): TemplateResult {
  const { words } = speech;
  const { buying } = words;
  return html`<section class="receipt" aria-labelledby="receipt-title">
    <h2 id="receipt-title" tabindex="-1">${buying.booked}</h2>
    <p>${buying.number(booking.bookingId)}</p>
    ${summary(speech, venue, booking)}
    <div class="deeds">
      <button type="button" @click=${() => act.showSeats()}>${buying.showSeats}</button>
      <button type="button" @click=${() => act.close()}>${words.dismiss}</button>
    </div>
  </section>`;
}
