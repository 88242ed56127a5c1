/** An opened area: how many of its places, and a button that holds them. */
import type { Context } from "./context.js";
import type { Group } from "./divide.js";
import { make, setAttribute, setText } from "./dom.js";
import { groupTitle, tallyOf } from "./tally.js";

/** As many as one hold takes. */
const QUANTITY_MAX = 50;

export class AreaForm {
  readonly element: HTMLElement;
  readonly #label: HTMLElement = make("span");
  readonly #input = make("input", {
    type: "number", min: "1", max: String(QUANTITY_MAX), step: "1", value: "1", required: "",
  });
  readonly #button: HTMLButtonElement;

  constructor(private readonly group: Group, context: Context) {
    this.#button = make("button", { type: "button", class: "hold", "data-area": String(group.index) });
    this.element = make("div", { class: "area" }, make("label", {}, this.#label, this.#input), this.#button);
    this.paint(context);
  }

  /** What was typed; null after a word of the browser's own on what is wrong with it. */
  quantity(): number | null {
    return this.#input.reportValidity() ? this.#input.valueAsNumber : null;
  }

  paint(context: Context): void {
    const { venue, words, locale } = context;
    setText(this.#label, words.howMany);
    setText(this.#button, words.holdPlaces);
    setAttribute(this.#button, "aria-label", words.holdPlacesIn(groupTitle(venue.plan, this.group, words, locale)));
    const isDisabled = context.isReadOnly() || tallyOf(venue, this.group).free === 0;
    setAttribute(this.#button, "aria-disabled", String(isDisabled));
  }
}
