/** What the element has to say beside its panels: why something did not work, what was lost, and what to do instead. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Words } from "../words/en.js";
import { icon } from "./icons.js";

export interface Notice {
  tone: "bad" | "good" | "plain";
  /** In the words of the moment: the language may be another one while it is shown. */
  text(): string;
  /** A way out, at a press. */
  offer?: { text(): string; take(): void };
}

/** More than this nobody reads. */
const AT_MOST = 3;

export class Notices {
  #shown: (Notice & { id: number })[] = [];
  #lastId = 0;

  constructor(private readonly changed: () => void) {}

  add(notice: Notice): void {
    const others = this.#shown.filter((each) => each.text() !== notice.text());
    this.#shown = [...others, { ...notice, id: (this.#lastId += 1) }].slice(-AT_MOST);
    this.changed();
  }

  clear(): void {
    this.#shown = [];
    this.changed();
  }

  template(words: Words): TemplateResult | typeof nothing {
    return html`${this.#shown.map(({ id, tone, text, offer }) => html`
      <div class="notice" data-tone=${tone}>
        <p>${text()}</p>
        ${offer ? html`<button type="button" class="main" @click=${() => this.#leave(id, offer.take)}>${offer.text()}</button>` : nothing}
        <button type="button" aria-label=${words.dismiss} title=${words.dismiss} @click=${() => this.#leave(id)}>${icon("cross")}</button>
      </div>`)}`;
  }

  #leave(id: number, then?: () => void): void {
    this.#shown = this.#shown.filter((each) => each.id !== id);
    this.changed();
    then?.();
  }
}
