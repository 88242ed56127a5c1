/** An opened area: how many of its places, of each ticket type where there are several, and a button that holds them. */
import type { Context } from "./context.js";
import type { Group } from "./divide.js";
import { make, setAttribute, setText } from "./dom.js";
import { groupTitle, tallyOf } from "./tally.js";

/** As many as one hold takes. */
const QUANTITY_MAX = 50;

export interface Places {
  quantity: number;
  /** By ticket type; left out where there is no choice of them. */
  ticketTypes?: Record<string, number>;
}

interface Field {
  /** Undefined where tickets are all alike. */
  type: { id: string; name: string } | undefined;
  label: HTMLElement;
  input: HTMLInputElement;
}

export class AreaForm {
  readonly element: HTMLElement;
  readonly #fields: Field[];
  readonly #button: HTMLButtonElement;

  constructor(private readonly group: Group, private readonly context: Context) {
    const types = context.venue.ticketTypes.length > 1 ? context.venue.ticketTypes : [undefined];
    this.#fields = types.map((type, n) => ({ type, label: make("span"), input: numberField(n === 0 ? 1 : 0, type ? 0 : 1) }));
    this.#button = make("button", { type: "button", class: "hold", "data-area": String(group.index) });
    const labels = this.#fields.map(({ label, input }) => make("label", {}, label, input));
    this.element = make("div", { class: "area" }, ...labels, this.#button);
    this.paint(context);
  }

  /** What was typed; null after a word of the browser's own on what is wrong with it. */
  places(): Places | null {
    const [first] = this.#fields as [Field];
    const quantity = this.#fields.reduce((sum, { input }) => sum + (input.valueAsNumber || 0), 0);
    const isNumber = quantity >= 1 && quantity <= QUANTITY_MAX;
    first.input.setCustomValidity(isNumber || !first.type ? "" : this.context.words.howMany);
    if (!this.#fields.every(({ input }) => input.reportValidity())) return null;
    if (!first.type) return { quantity };
    const chosen = this.#fields.filter(({ input }) => input.valueAsNumber > 0);
    return { quantity, ticketTypes: Object.fromEntries(chosen.map(({ type, input }) => [type!.id, input.valueAsNumber])) };
  }

  paint(context: Context): void {
    const { venue, words, locale } = context;
    for (const { type, label } of this.#fields) setText(label, type ? words.buying.placesOf(type.name) : words.howMany);
    setText(this.#button, words.holdPlaces);
    setAttribute(this.#button, "aria-label", words.holdPlacesIn(groupTitle(venue.plan, this.group, words, locale)));
    const isDisabled = context.isReadOnly() || tallyOf(venue, this.group).free === 0;
    setAttribute(this.#button, "aria-disabled", String(isDisabled));
  }
}

function numberField(value: number, min: number): HTMLInputElement {
  return make("input", { type: "number", min: String(min), max: String(QUANTITY_MAX), step: "1", value: String(value), required: "" });
}
