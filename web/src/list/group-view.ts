/** One group of the list: a heading with a button that opens it, and what is behind that. */
import { groupSummary, sentence } from "../words/seat.js";
import { AreaForm, type Places } from "./area-form.js";
import type { Context } from "./context.js";
import type { Group } from "./divide.js";
import { make, setAttribute, setText } from "./dom.js";
import { tableFace } from "./face.js";
import { GridView } from "./grid-view.js";
import { groupTitle, tallyOf } from "./tally.js";

export class GroupView {
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly #title = make("span", { class: "title" });
  readonly #summary = make("span", { class: "summary", "aria-hidden": "true" });
  /** The summary as it is read out; it rests while the button has the focus, or each change would be read. */
  readonly #spoken = make("span", { class: "unseen" });
  #spokenIn: Pick<Context, "words" | "locale"> | null = null;
  readonly #panel: HTMLElement;
  #grid: GridView | null = null;
  #area: AreaForm | null = null;
  #table: HTMLButtonElement | null = null;
  #isAside = false;

  constructor(readonly group: Group, n: number, private readonly help: HTMLElement) {
    const id = `seat-list-${n}`;
    const states = { "aria-expanded": "false", "aria-controls": id, "data-group": group.key };
    const parts = [this.#title, this.#spoken, this.#summary];
    this.button = make("button", { type: "button", class: "opener", ...states }, ...parts);
    this.#panel = make("div", { id, class: "panel", hidden: "" });
    this.element = make("div", { class: "group", "data-kind": group.kind }, make("h3", {}, this.button), this.#panel);
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  get hasFocusInside(): boolean {
    return this.#panel.matches(":focus-within");
  }

  get grid(): GridView | null {
    return this.#grid;
  }

  /** What was typed into the area's fields; null where that is no number of places. */
  places(): Places | null {
    return this.#area?.places() ?? null;
  }

  open(context: Context): void {
    if (this.isOpen) return;
    if (this.group.kind === "area") this.#area = new AreaForm(this.group, context);
    else this.#grid = new GridView(this.group, context, this.help.id);
    if (this.group.kind === "table") this.#table = make("button", { type: "button", class: "whole", "data-table": "" });
    const help = this.#grid && this.help; // One for all, which moves to the opened group.
    const parts = [this.#table, this.#grid?.element, help, this.#area?.element].filter((part) => part != null);
    this.#panel.replaceChildren(...parts);
    this.#setOpen(true);
    this.paint(context);
  }

  close(): void {
    this.#panel.replaceChildren();
    this.#grid = this.#area = this.#table = null;
    this.#setOpen(false);
  }

  /** The heading, and all that is open. */
  paint(context: Context): void {
    const { venue, words, locale } = context;
    const title = groupTitle(venue.plan, this.group, words, locale);
    setText(this.#title, title);
    this.#grid?.name(words.seatsOf(title));
    this.#grid?.paint(context);
    this.paintCounts(context);
  }

  /** Only these seats, and what is counted. */
  paintSeats(context: Context, seats: Iterable<number>): void {
    this.#grid?.paintSeats(context, seats);
    this.paintCounts(context);
  }

  paintCounts(context: Context): void {
    const { venue, words, locale } = context;
    const summary = groupSummary(tallyOf(venue, this.group), venue.currency, words, locale);
    setText(this.#summary, summary);
    const isInOtherWords = this.#spokenIn?.words !== words || this.#spokenIn.locale !== locale;
    if (isInOtherWords || !this.button.matches(":focus")) setText(this.#spoken, words.and(["", summary]));
    this.#spokenIn = { words, locale };
    this.#weigh(context);
    this.#area?.paint(context);
    if (this.#table) paintTable(this.#table, context, this.group);
  }

  /** Whether the filter lets nothing of it through. */
  get isAside(): boolean {
    return this.#isAside;
  }

  set isHidden(isHidden: boolean) {
    if (this.element.hidden !== isHidden) this.element.hidden = isHidden;
  }

  #weigh({ fitsSeat, fitsArea }: Context): void {
    const { kind, index, seats } = this.group;
    const fits = kind === "area" ? (fitsArea?.(index) ?? true) : fitsSeat === null || seats.some(fitsSeat);
    this.#isAside = !fits;
    setAttribute(this.element, "data-aside", fits ? null : "");
  }

  #setOpen(isOpen: boolean): void {
    this.#panel.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
  }
}

function paintTable(button: HTMLButtonElement, context: Context, group: Group): void {
  const { words, locale } = context;
  const face = tableFace(context, group);
  setText(button, face.name);
  const label = sentence([groupTitle(context.venue.plan, group, words, locale), face.name], words, locale);
  setAttribute(button, "aria-label", label);
  setAttribute(button, "aria-pressed", String(face.isPressed));
  setAttribute(button, "aria-disabled", String(face.isDisabled));
}
