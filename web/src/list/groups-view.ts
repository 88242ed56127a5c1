/**
 * All groups of the list as they are shown: which is open, which are left out, and what of them is written again.
 *
 * Nodes are made once for each plan, and an opened group's once for each opening; after that only what has changed is
 * written, so that focus stays where it is however much happens.
 */
import type { Context } from "./context.js";
import { divide, type Group } from "./divide.js";
import { focusedIn, make, setText } from "./dom.js";
import { GroupView } from "./group-view.js";
import { minuteChangesIn } from "./minutes.js";

const MINUTE_MS = 60_000;

export class GroupsView {
  readonly element = make("div", { class: "groups" });
  /** Says so where there is nothing to list, or nothing that fits. */
  readonly note = make("p", { class: "note" });
  readonly #help = make("p", { id: "seat-list-help", class: "help" });
  #views: readonly GroupView[] = [];
  /** By seat, the index of its group. */
  #groupOf: Uint32Array = new Uint32Array();
  #open: GroupView | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: Context) {}

  get groups(): readonly Group[] {
    return this.#views.map(({ group }) => group);
  }

  get open(): GroupView | null {
    return this.#open;
  }

  /** Those that are not left out, in order. */
  get shown(): readonly GroupView[] {
    return this.#views.filter(({ element }) => !element.hidden);
  }

  /** The group of a seat; undefined for what is no seat of this plan. */
  viewOf(seat: number): GroupView | undefined {
    return this.#views[this.#groupOf[seat] ?? -1];
  }

  find(isMeant: (view: GroupView) => boolean): GroupView | undefined {
    return this.#views.find(isMeant);
  }

  /** Another plan: everything anew, and closed. */
  build(): void {
    const { plan } = this.context.venue;
    this.#open = null;
    this.#views = divide(plan).map((group, n) => new GroupView(group, n, this.#help));
    this.#groupOf = new Uint32Array(plan.count);
    this.#views.forEach(({ group }, n) => group.seats.forEach((seat) => (this.#groupOf[seat] = n)));
    this.element.replaceChildren(...this.#views.map(({ element }) => element));
    this.paint();
  }

  /** Opens a group, and closes the one that was open; null only closes. */
  show(view: GroupView | null): void {
    const before = this.#open;
    if (before && before !== view) {
      // The focus must not be lost with what is closed.
      if (before.hasFocusInside) (view ?? before).button.focus({ preventScroll: true });
      before.close();
    }
    this.#open = view;
    view?.open(this.context);
    this.#settle();
  }

  /** Opens the seat's group and focuses the seat. */
  focusSeat(seat: number): void {
    const view = this.viewOf(seat);
    if (!view) return;
    // What is left out by a filter could not take the focus.
    view.isHidden = false;
    view.open(this.context);
    view.grid!.focus(seat);
    // The group before is closed only now: the focus would have been lost with the seat that had it.
    this.show(view);
    view.grid!.scrollTo(seat);
  }

  paint(): void {
    setText(this.#help, this.context.words.gridHelp);
    for (const view of this.#views) view.paint(this.context);
    this.#settle();
  }

  paintSeats(seats: ReadonlySet<number>): void {
    const changed = new Set([...seats].map((seat) => this.viewOf(seat)));
    for (const view of changed) view?.paintSeats(this.context, view.isOpen ? seats : []);
    this.#settle();
  }

  paintAreas(): void {
    for (const view of this.#views) if (view.group.kind === "area") view.paintCounts(this.context);
    this.#settle();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #settle(): void {
    this.#leaveOut();
    this.#awaitMinute();
  }

  /** Hides the groups in which nothing fits the filter, but neither what is in use nor all of them. */
  #leaveOut(): void {
    const { words } = this.context;
    const isNoneLeft = this.#views.every(({ isAside }) => isAside);
    const focused = focusedIn(this.element);
    for (const view of this.#views) {
      const isNeeded = isNoneLeft || view.isOpen || view.element.contains(focused);
      view.isHidden = view.isAside && !isNeeded;
    }
    const note = this.#views.length ? words.listNoMatch : words.listEmpty;
    setText(this.note, isNoneLeft ? note : "");
  }

  #awaitMinute(): void {
    clearTimeout(this.#timer);
    const seats = this.#open?.group.seats ?? [];
    const wait = minuteChangesIn(this.context, seats);
    if (wait === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#open?.grid?.paintSeats(this.context, seats);
      this.#awaitMinute();
    }, Math.min(wait, MINUTE_MS));
  }
}
