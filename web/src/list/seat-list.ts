/** The seats as a real list beside the canvas: for keyboards, for screen readers, and for everyone else. */
import type { Change, Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import type { Places } from "./area-form.js";
import type { Context, Fits } from "./context.js";
import type { Group } from "./divide.js";
import { focusedIn, make, reveal, setText } from "./dom.js";
import type { GroupView } from "./group-view.js";
import { GroupsView } from "./groups-view.js";
import { moved, moveOf, stepped } from "./roving.js";

/** What was chosen: indices in the plan's seats, tables and areas. */
export type ListTarget =
  | { kind: "seat"; seat: number }
  | { kind: "table"; table: number }
  | ({ kind: "area"; area: number } & Places);

export interface SeatListOptions {
  venue: Venue;
  words: Words;
  /** A BCP 47 tag. */
  locale: string;
  /** The server's clock, in milliseconds since 1970. */
  nowMs(): number;
  isReadOnly(): boolean;
  /** Enter, Space or a click, on taken seats too: whoever owns the list decides, and can say why not. */
  chosen(target: ListTarget): void;
  /** The seat that has the focus; null when the focus leaves the seats. */
  focused(seat: number | null): void;
  /** The group that a person opened; null when they closed it. */
  opened(groupKey: string | null): void;
}

export class SeatList {
  readonly #context: Context;
  readonly #life = new AbortController();
  readonly #title = make("h2");
  readonly #groups: GroupsView;
  #changes = noChanges();
  #frame = 0;

  constructor(private readonly host: HTMLElement, private readonly options: SeatListOptions) {
    const { venue, words, locale, nowMs, isReadOnly } = options;
    this.#context = { venue, words, locale, nowMs, isReadOnly, fitsSeat: null, fitsArea: null };
    this.#groups = new GroupsView(this.#context);
    host.replaceChildren(this.#title, this.#groups.note, this.#groups.element);
    setText(this.#title, words.list);
    this.#groups.build();
    const { signal } = this.#life;
    host.addEventListener("click", ({ target }) => this.#clicked(target as Element), { signal });
    host.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    host.addEventListener("focusin", ({ target }) => this.#focusCame(target as Element), { signal });
    host.addEventListener("focusout", (event) => this.#focusWent(event), { signal });
  }

  /** What the list is divided into, in its order. */
  get groups(): readonly Group[] {
    return this.#groups.groups;
  }

  /** The key of the seat's group. */
  groupOf(seat: number): string | undefined {
    return this.#groups.viewOf(seat)?.group.key;
  }

  /** Redraws what has changed with the next frame. */
  changed({ all, seats, areas }: Change): void {
    if (this.#life.signal.aborted) return;
    this.#changes.all ||= all;
    this.#changes.areas ||= areas;
    for (const seat of seats) this.#changes.seats.add(seat);
    this.#frame ||= requestAnimationFrame(() => this.#flush());
  }

  /** Another venue. Of the same plan it changes no node; else what was open is opened again, if it is still there. */
  setVenue(venue: Venue): void {
    const before = this.#context.venue.plan;
    this.#context.venue = venue;
    this.#changes = noChanges();
    if (venue.plan === before) return this.redraw();
    const key = this.#groups.open?.group.key;
    const focused = focusedIn(this.host);
    this.#groups.build();
    if (key !== undefined) this.openGroup(key);
    if (!focused) return;
    const seat = venue.plan.indexOf(seatIdOf(focused) ?? "");
    if (seat !== undefined) this.focusSeat(seat);
    else (this.#groups.open ?? this.#groups.shown[0])?.button.focus();
  }

  /** Dims seats, and leaves out groups, that do not fit. An opened group stays, and so do all where none fits. */
  setFilter(fitsSeat: Fits | null, fitsArea: Fits | null = null): void {
    Object.assign(this.#context, { fitsSeat, fitsArea });
    this.redraw();
  }

  setWords(words: Words, locale: string): void {
    Object.assign(this.#context, { words, locale });
    setText(this.#title, words.list);
    this.redraw();
  }

  /** After a change of what `isReadOnly` says, for instance. */
  redraw(): void {
    this.#groups.paint();
  }

  /** Opens a group without moving the focus. */
  openGroup(key: string): void {
    const view = this.#groups.find(({ group }) => group.key === key);
    if (!view || view.isOpen) return;
    this.#groups.show(view);
    reveal(this.host, view.element);
  }

  /** Opens the seat's group and focuses the seat. */
  focusSeat(seat: number): void {
    this.#groups.focusSeat(seat);
  }

  destroy(): void {
    this.#life.abort();
    cancelAnimationFrame(this.#frame);
    this.#groups.stop();
    this.host.replaceChildren();
  }

  #flush(): void {
    this.#frame = 0;
    const { all, seats, areas } = this.#changes;
    this.#changes = noChanges();
    if (all) return this.redraw();
    if (seats.size) this.#groups.paintSeats(seats);
    if (areas) this.#groups.paintAreas();
  }

  // ---- What people do -----------------------------------------------------------------------------------------------

  #clicked(target: Element): void {
    const button = target.closest("button");
    if (!button) return;
    const seat = this.#seatOf(button);
    if (seat !== undefined) return this.options.chosen({ kind: "seat", seat });
    const view = this.#groups.find((each) => each.button === button);
    if (view) this.#toggle(view);
    else this.#chooseWhole();
  }

  /** The opened table, or places of the opened area. */
  #chooseWhole(): void {
    const open = this.#groups.open!;
    const { kind, index } = open.group;
    if (kind === "table") return this.options.chosen({ kind, table: index });
    const places = open.places();
    if (kind === "area" && places) this.options.chosen({ kind, area: index, ...places });
  }

  #toggle(view: GroupView): void {
    const next = view.isOpen ? null : view;
    this.#groups.show(next);
    next?.element.scrollIntoView({ block: "nearest" });
    this.options.opened(next?.group.key ?? null);
  }

  #pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const seat = this.#seatOf(target);
    if (seat !== undefined) this.#pressedOnSeat(event, seat);
    else if (target.dataset.group !== undefined) this.#pressedOnOpener(event, target);
    else if (target.localName === "input" && event.key === "Enter") {
      event.preventDefault(); // Or a form around the element would be sent.
      this.#chooseWhole();
    } else if (event.key === "Escape" && target.closest(".panel")) this.#leave(event);
  }

  #pressedOnSeat(event: KeyboardEvent, seat: number): void {
    if (event.key === "Escape") return this.#leave(event);
    const move = moveOf(event);
    if (!move) return;
    event.preventDefault();
    const { shown, open } = this.#groups;
    const next = moved(shown.map(({ group }) => group), shown.indexOf(open!), seat, move, this.#context.venue.plan);
    this.focusSeat(next);
    const after = this.#groups.open!;
    if (after !== open) this.options.opened(after.group.key);
  }

  #pressedOnOpener(event: KeyboardEvent, opener: HTMLElement): void {
    const move = moveOf(event);
    const openers = this.#groups.shown.map(({ button }) => button);
    const next = move && stepped(openers.findIndex((each) => each === opener), openers.length, move);
    if (next === null) return;
    event.preventDefault();
    openers[next]!.focus();
  }

  #leave(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation(); // A dialog around the element stays open.
    this.#groups.open!.button.focus();
  }

  #focusCame(target: Element): void {
    const seat = this.#seatOf(target);
    if (seat === undefined) return;
    this.#groups.viewOf(seat)?.grid?.setTabStop(seat);
    this.options.focused(seat);
  }

  #focusWent({ target, relatedTarget }: FocusEvent): void {
    const from = target as Element;
    const isLeft = this.#seatOf(from) !== undefined && this.#seatOf(relatedTarget as Element | null) === undefined;
    if (isLeft) this.options.focused(null);
    const left = this.#groups.find(({ button }) => button === from);
    // What it counts was not read out while it had the focus.
    if (left) queueMicrotask(() => left.paintCounts(this.#context));
  }

  #seatOf(element: Element | null): number | undefined {
    const id = this.host.contains(element) ? seatIdOf(element) : undefined;
    return id === undefined ? undefined : this.#context.venue.plan.indexOf(id);
  }
}

function noChanges(): { all: boolean; seats: Set<number>; areas: boolean } {
  return { all: false, seats: new Set(), areas: false };
}

function seatIdOf(element: Element | null): string | undefined {
  return (element as HTMLElement | null)?.dataset?.seatId;
}
