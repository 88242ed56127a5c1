/** The categories with colour, price and what is free, as switches of a filter; the signs of the states; the best seats. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { BestOptions } from "../sale/sale.js";
import type { Look } from "../venue/look.js";
import type { Venue } from "../venue/venue.js";
import { count, priceWords } from "../words/seat.js";
import { withCategory, type Filter } from "./filter.js";
import type { Speech } from "./speech.js";

const SIGNS: readonly Look[] = ["available", "mine", "held", "booked", "blocked", "bought"];

export interface LegendActions {
  filter(filter: Filter): void;
  best(wanted: BestOptions): void;
}

export interface LegendState {
  venue: Venue;
  filter: Filter;
  isReadOnly: boolean;
}

export function legendPanel(speech: Speech, state: LegendState, act: LegendActions): TemplateResult {
  const { words } = speech;
  return html`
    <ul aria-label=${words.categories}>${categoryChips(speech, state, act)}${otherChips(speech, state, act)}</ul>
    ${state.isReadOnly ? nothing : bestForm(speech, state, act)}
    <ul class="keys" aria-label=${words.legend}>${SIGNS.map((look) => html`<li><canvas aria-hidden="true" data-look=${look}></canvas>${words[look]}</li>`)}</ul>`;
}

function categoryChips({ words, locale }: Speech, { venue, filter }: LegendState, act: LegendActions): TemplateResult[] {
  const free = venue.free();
  return venue.plan.categories.map((described, category) => html`<li>
    <button type="button" class="chip" aria-pressed=${filter.categories.has(category)}
      @click=${() => act.filter(withCategory(filter, category))}>
      <canvas aria-hidden="true" data-look="available" data-category=${category}></canvas><bdi>${described.name}</bdi> ${priceWords(venue, category, words, locale)}
      <small>${words.freeCount(count(free[category]!, locale))}</small>
    </button></li>`);
}

function otherChips({ words }: Speech, { venue, filter }: LegendState, act: LegendActions): TemplateResult[] {
  const chip = (name: string, isOn: boolean, next: Filter) =>
    html`<li><button type="button" class="chip" aria-pressed=${isOn} @click=${() => act.filter(next)}>${name}</button></li>`;
  const chips = [chip(words.onlyFree, filter.onlyFree, { ...filter, onlyFree: !filter.onlyFree })];
  if (venue.plan.accessible.includes(1)) {
    chips.push(chip(words.onlyWheelchair, filter.onlyAccessible, { ...filter, onlyAccessible: !filter.onlyAccessible }));
  }
  return chips;
}

function bestForm({ words }: Speech, { venue }: LegendState, act: LegendActions): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    const values = new FormData(event.target as HTMLFormElement);
    const categoryId = String(values.get("category") ?? "");
    act.best({ quantity: Number(values.get("quantity")), ...(categoryId && { categoryId }) });
  };
  return html`<form class="best" @submit=${submit}>
    <label>${words.bestCount} <input name="quantity" type="number" min="1" max="50" required value="2"></label>
    <label>${words.bestCategory} <select name="category">
      <option value="">${words.anyCategory}</option>
      ${venue.plan.categories.map(({ id, name }) => html`<option value=${id} dir="auto">${name}</option>`)}
    </select></label>
    <button>${words.best}</button>
  </form>`;
}
