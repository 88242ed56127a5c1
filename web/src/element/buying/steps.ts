/** The steps of the element's own checkout, as templates: first whatever takes time to type, and last a single press. */
import { html, type TemplateResult } from "lit/html.js";
import type { Selection } from "../../sale/selection.js";
import type { Venue } from "../../venue/venue.js";
import { seatsInWords, type Speech } from "../speech.js";
import { summary, timer } from "./basket.js";
import { passengerAt, withPassenger, type Draft } from "./draft.js";

export interface StepState {
  venue: Venue;
  /** What is held; once that is over, what was. */
  selection: Selection;
  /** Until the hold ends; null once it is over. */
  secondsLeft: number | null;
  draft: Draft;
  isBusy: boolean;
  trouble: string;
}

export interface StepActions {
  type(draft: Draft): void;
  next(): void;
  change(): unknown;
  book(): void;
  leave(): void;
  holdAgain(): void;
}

/** Who books, and who comes. */
export function detailsStep(speech: Speech, state: StepState, act: StepActions): TemplateResult {
  const { words } = speech;
  const { draft, secondsLeft } = state;
  const submit = (event: Event) => {
    event.preventDefault();
    act.next();
  };
  return html`<form @submit=${submit}>
    <h2 id="step-title" tabindex="-1">${words.buying.details}</h2>
    ${timer(speech, secondsLeft)}
    <p role="status">${secondsLeft === null ? words.buying.ended : words.buying.detailsNote}</p>
    <label>${words.fullName} <input autocomplete="name" required .value=${draft.name}
      @input=${({ target }: Event) => act.type({ ...draft, name: valueOf(target) })}></label>
    <label>${words.email} <input type="email" autocomplete="email" required .value=${draft.email}
      @input=${({ target }: Event) => act.type({ ...draft, email: valueOf(target) })}></label>
    <details><summary>${words.buying.passengers}</summary>${passengers(speech, state, act)}</details>
    <div class="deeds">
      <button type="button" @click=${() => act.leave()}>${words.back}</button>
      <button class="main">${words.buying.next}</button>
    </div>
  </form>`;
}

function passengers(speech: Speech, { venue, selection, draft }: StepState, act: StepActions): TemplateResult[] {
  const { buying } = speech.words;
  return selection.seats.map(({ seatId }, n) => {
    const seat = seatsInWords(venue, [seatId], speech);
    const field = (key: "firstName" | "lastName") => html`<input aria-label=${buying[key]} placeholder=${buying[key]}
      .value=${passengerAt(draft, n)[key]} @input=${({ target }: Event) => act.type(withPassenger(draft, n, { [key]: valueOf(target) }))}>`;
    return html`<fieldset class="passenger"><legend>${seat}</legend>${field("firstName")}${field("lastName")}</fieldset>`;
  });
}

/** The last step: all that will be booked, and nothing left to type. */
export function reviewStep(speech: Speech, state: StepState, act: StepActions): TemplateResult {
  const { words } = speech;
  const { venue, selection, secondsLeft, draft, isBusy, trouble } = state;
  return html`<div class="step">
    <h2 id="step-title" tabindex="-1">${words.buying.review}</h2>
    ${timer(speech, secondsLeft)}
    ${summary(speech, venue, selection)}
    <p><bdi>${draft.name}</bdi> · <bdi>${draft.email}</bdi> <button type="button" @click=${() => act.change()}>${words.buying.change}</button></p>
    <p role="alert">${trouble}</p>
    <div class="deeds">
      <button type="button" @click=${() => act.leave()}>${words.back}</button>
      <button type="button" class="main" aria-disabled=${isBusy} @click=${() => act.book()}>${isBusy ? words.buying.oneMoment : words.book}</button>
    </div>
  </div>`;
}

/** The hold ended before it was booked. */
export function endedStep(speech: Speech, { isBusy, trouble }: StepState, act: StepActions): TemplateResult {
  const { words } = speech;
  return html`<div class="step">
    <h2 id="step-title" tabindex="-1">${words.buying.review}</h2>
    <p role="alert">${words.buying.ended} ${trouble}</p>
    <div class="deeds">
      <button type="button" @click=${() => act.leave()}>${words.buying.otherSeats}</button>
      <button type="button" class="main" aria-disabled=${isBusy} @click=${() => act.holdAgain()}>${words.buying.holdAgain}</button>
    </div>
  </div>`;
}

function valueOf(target: EventTarget | null): string {
  return (target as HTMLInputElement).value;
}
