/** What a finger has chosen on the drawing, asked about before it is done: fingers miss, and a hold takes a seat from others. */
import { html, nothing } from "lit/html.js";
import { isSame } from "../../map/target.js";
import type { Venue } from "../../venue/venue.js";
import type { Words } from "../../words/en.js";
import { deedFor, type Chosen, type Deed } from "../choosing.js";
import type { Speech } from "../speech.js";
import { tipFor } from "../tip.js";
import type { View } from "../view.js";

/** What the map chooses: of an area the list asks how many places. */
type OnMap = Exclude<Chosen, { kind: "area" }>;

export interface TouchBarOptions {
  view: View;
  speech(): Speech;
  isReadOnly(): boolean;
  say(text: string): void;
  /** The answer was yes. */
  act(chosen: OnMap): void;
}

export class TouchBar {
  #asked: { chosen: OnMap; kind: Deed["kind"]; words: Words } | null = null;

  constructor(private readonly options: TouchBarOptions) {}

  /** A tap on something, or beside everything. False where it is to be acted on at once: the same again, or nothing to ask. */
  asks(venue: Venue, chosen: OnMap | null): boolean {
    const before = this.#asked;
    this.close();
    if (!chosen) return true;
    const { kind } = deedFor(venue, chosen);
    if (kind === "explain" || kind === "wait" || isSame(before && before.chosen, chosen)) return false;
    this.#show(venue, chosen, kind);
    return true;
  }

  /** Something has changed: what is asked may not be the question any more, or not in these words. */
  check(venue: Venue | null): void {
    if (!this.#asked || !venue) return;
    const { chosen, kind, words: said } = this.#asked;
    const { words } = this.options.speech();
    const deed = deedFor(venue, chosen);
    const isStill = deed.kind === kind;
    if (this.options.isReadOnly() || !(isStill || deed.kind === "explain")) return this.close();
    if (isStill && words === said) return;
    const why = deed.kind === "explain" ? deed.why ? words.whyNot[deed.why] : words.bought : "";
    this.#show(venue, chosen, deed.kind, why);
    if (!isStill) this.options.say(why);
  }

  close(): void {
    if (!this.#asked) return;
    this.#asked = null;
    this.options.view.ask(null, null);
  }

  #show(venue: Venue, chosen: OnMap, kind: Deed["kind"], why = ""): void {
    const speech = this.options.speech();
    const { words } = speech;
    const { touch, dismiss } = words;
    this.#asked = { chosen, kind, words };
    const isOurs = kind === "release";
    const yes = isOurs ? touch.giveUp : chosen.kind === "table" ? touch.holdTable : touch.hold;
    const doIt = () => {
      this.close();
      this.options.act(chosen);
    };
    const leave = () => this.close();
    const about = tipFor(venue, chosen, speech, 0);
    this.options.view.ask(html`<div role="dialog" aria-label=${about} @keydown=${({ key }: KeyboardEvent) => key === "Escape" && leave()}>
      <p>${about}${why && html` <strong>${why}</strong>`}</p>
      ${why ? nothing : html`<button type="button" class="main" @click=${doIt}>${yes}</button>`}
      <button type="button" @click=${leave}>${why ? dismiss : isOurs ? touch.keep : touch.not}</button>
    </div>`, chosen);
  }
}
