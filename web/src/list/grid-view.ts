/** The seats of an opened group: a grid of buttons, one of which is in the tab order. */
import type { Plan } from "../venue/plan.js";
import type { Words } from "../words/en.js";
import { placeWords, sentence } from "../words/seat.js";
import type { Context } from "./context.js";
import type { Group, Row } from "./divide.js";
import { make, setAttribute, setText } from "./dom.js";
import { seatFace } from "./face.js";

export class GridView {
  readonly element: HTMLElement;
  readonly #buttons = new Map<number, HTMLButtonElement>();
  readonly #headers: { element: HTMLElement; label: string }[] = [];
  #tabStop: HTMLButtonElement;

  constructor(private readonly group: Group, context: Context, helpId: string) {
    const { plan } = context.venue;
    const rows = group.rows.map((row) => this.#row(plan, row));
    this.element = make("div", { role: "grid", "aria-describedby": helpId }, ...rows);
    this.#tabStop = this.#buttons.get(group.seats[0]!)!;
    this.setTabStop(group.seats[0]!);
    this.paint(context);
  }

  has(seat: number): boolean {
    return this.#buttons.has(seat);
  }

  /** Tab comes to this seat from now on. */
  setTabStop(seat: number): void {
    const button = this.#buttons.get(seat);
    if (!button) return;
    this.#tabStop.tabIndex = -1;
    button.tabIndex = 0;
    this.#tabStop = button;
  }

  focus(seat: number): void {
    this.setTabStop(seat);
    // Closing the group before may move this one: the scrolling comes after that.
    this.#tabStop.focus({ preventScroll: true });
  }

  scrollTo(seat: number): void {
    this.#buttons.get(seat)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Everything, also after another language. */
  paint(context: Context): void {
    const { words, locale } = context;
    for (const { element, label } of this.#headers) setText(element, rowText(label, words, locale));
    this.paintSeats(context, this.#buttons.keys());
  }

  name(text: string): void {
    setAttribute(this.element, "aria-label", text);
  }

  /** Only these; those of other groups are passed by. */
  paintSeats(context: Context, seats: Iterable<number>): void {
    for (const seat of seats) {
      const button = this.#buttons.get(seat);
      if (button) paintSeat(button, context, seat);
    }
  }

  #row(plan: Plan, { label, seats }: Row): HTMLElement {
    const cells = make("div", { role: "presentation", class: "cells" }, ...seats.map((seat) => this.#cell(plan, seat)));
    const row = make("div", { role: "row" }, cells);
    if (label) {
      // The group's title says the only row already.
      const header = make("div", { role: "rowheader", ...(this.group.row && { class: "unseen" }) });
      this.#headers.push({ element: header, label });
      row.prepend(header);
    }
    return row;
  }

  #cell(plan: Plan, seat: number): HTMLElement {
    const attributes = { type: "button", class: "seat", tabindex: "-1", "data-seat-id": plan.ids[seat]! };
    const button = make("button", attributes, plan.numbers[seat]!);
    const color = plan.categories[plan.category[seat]!]?.color;
    // A property, not an attribute: a page's Content-Security-Policy may refuse the attribute.
    if (color) button.style.setProperty("--category", color);
    if (plan.accessible[seat]) button.dataset.accessible = "";
    this.#buttons.set(seat, button);
    return make("div", { role: "gridcell" }, button);
  }
}

function rowText(label: string, words: Words, locale: string): string {
  return sentence([placeWords({ row: label }, words).row], words, locale);
}

function paintSeat(button: HTMLButtonElement, context: Context, seat: number): void {
  const face = seatFace(context, seat);
  setAttribute(button, "aria-label", face.name);
  setAttribute(button, "data-status", face.status);
  setAttribute(button, "data-own", face.own);
  setAttribute(button, "aria-pressed", String(face.isPressed));
  setAttribute(button, "aria-disabled", String(face.isDisabled));
  setAttribute(button, "data-aside", face.isAside ? "" : null);
}
