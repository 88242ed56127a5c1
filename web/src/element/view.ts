/** What the element shows: map, list and panels in its shadow root. It holds no facts; it is told them. */
// In this order what is alike lies side by side in the module, which takes the fewest bytes.
import { listStyles } from "../list/list.css.js";
import { mapStyles } from "../map/map.css.js";
import { elementStyles } from "./element.css.js";
import { nothing, render, type TemplateResult } from "lit/html.js";
import { parsePlace } from "../venue/area.js";
import { MapView } from "../map/map-view.js";
import { SeatList } from "../list/seat-list.js";
import type { PointerKind } from "../map/gestures.js";
import type { Target } from "../map/target.js";
import type { Theme } from "../map/theme.js";
import type { Plan } from "../venue/plan.js";
import type { Change, Venue } from "../venue/venue.js";
import { Announcer } from "./announcer.js";
import type { Chosen } from "./choosing.js";
import { admits, type Filter } from "./filter.js";
import type { Speech } from "./speech.js";
import { paintSwatches } from "./swatch.js";
import { tipFor } from "./tip.js";

export interface ViewOptions {
  theme: Theme;
  speech(): Speech;
  nowMs(): number;
  isReadOnly(): boolean;
  /** With what, where it was on the map; null for a tap beside everything. */
  chosen(chosen: Chosen | null, kind?: PointerKind): void;
  approached(target: Target): void;
}

/** The panels, as templates; what is left out stays as it is. */
export type Panels = Record<"bar" | "pill" | "legend" | "basket" | "notices", TemplateResult | typeof nothing>;

export class View {
  readonly announcer: Announcer;
  /** Has all that is shown, dialogs too: what is in it is written in the words' language and direction. */
  readonly root = element("div", {});
  readonly #caller: Announcer;
  #map: MapView | null = null;
  #list: SeatList | null = null;
  #venue: Venue | null = null;
  #filter: Filter | null = null;
  #pointed: Target | null = null;
  #spoken: Partial<Speech> = {};
  readonly #parts: Record<"list" | "map" | "bar" | "pill" | "tip" | "legend" | "basket" | "notices" | "touch", HTMLElement>;

  constructor(shadow: ShadowRoot, private readonly options: ViewOptions) {
    shadow.adoptedStyleSheets = [elementStyles, mapStyles, listStyles].map(styleSheet);
    const part = (name: string) => element("div", { className: name, part: name });
    // The list comes first, so that whoever uses the keyboard or a screen reader meets the seats before the picture.
    const [list, map, legend, basket] = [part("list"), part("map"), part("legend"), part("basket")];
    const [bar, pill, tip, notices, touch] = ["bar", "pills", "tips", "notices", "touch"].map((className) => element("div", { className }));
    const strip = element("div", { className: "strip" }, [pill!, bar!]);
    map.append(tip!);
    const stage = element("div", { className: "stage" }, [strip, map, touch!]);
    const spoken = element("p", { className: "unseen", ariaLive: "polite", role: "status" });
    const called = element("p", { className: "unseen", role: "alert" });
    for (const panel of [legend, basket, notices!, touch!]) panel.tabIndex = -1;
    this.#parts = { list, map, bar: bar!, pill: pill!, tip: tip!, legend, basket, notices: notices!, touch: touch! };
    this.root.append(element("div", { className: "whole" }, [list, stage, legend, basket, notices!]), spoken, called);
    shadow.append(this.root);
    this.announcer = new Announcer(spoken);
    this.#caller = new Announcer(called);
    tip!.hidden = true;
    tip!.className = "tip";
  }

  get hasSize(): boolean {
    return this.#parts.map.clientWidth > 0;
  }

  /** Resolves once the first picture is drawn. */
  get drawn(): Promise<void> {
    return this.#map?.drawn ?? Promise.resolve();
  }

  /** Says at once what must not be missed. */
  call(text: string): void {
    this.#caller.say(text);
  }

  show(venue: Venue): void {
    this.#venue = venue;
    if (this.#map && this.#list) {
      this.#map.setVenue(venue);
      this.#list.setVenue(venue);
    } else {
      this.#map = this.#newMap(venue);
      this.#list = this.#newList(venue);
    }
    this.#map.label = this.options.speech().words.map(venue.plan.name);
    this.setFilter(this.#filter);
  }

  /** Shows no event. */
  clear(): void {
    this.#map?.destroy();
    this.#list?.destroy();
    this.#map = this.#list = this.#venue = this.#filter = null;
    this.#parts.tip.hidden = true;
  }

  /** Out of the document: nothing of the page refers to the view any more. */
  rest(): void {
    this.announcer.stop();
    this.#caller.stop();
    this.#map?.rest();
  }

  wake(): void {
    this.#map?.wake();
  }

  /** Another language, or other words for it. */
  speak(): void {
    const { words, locale } = this.options.speech();
    if (words === this.#spoken.words && locale === this.#spoken.locale) return;
    this.#spoken = { words, locale };
    Object.assign(this.root, { lang: words.lang, dir: words.dir });
    this.#map?.setWords(words, locale);
    this.#list?.setWords(words, locale);
    if (this.#map && this.#venue) this.#map.label = words.map(this.#venue.plan.name);
  }

  changed(change: Change): void {
    this.#map?.changed(change);
    this.#list?.changed(change);
  }

  /** After something that the list asks for has changed: whether seats may be chosen, the time. */
  redrawList(): void {
    this.#list?.redraw();
  }

  renderPanels(panels: Partial<Panels>): void {
    for (const [name, template] of Object.entries(panels) as [keyof Panels, Panels[keyof Panels]][]) {
      this.#renderPanel(this.#parts[name], template);
    }
  }

  /** A button that goes away with its press must not take the focus along to the top of the page. */
  #renderPanel(part: HTMLElement, template: Panels[keyof Panels]): void {
    const root = part.getRootNode() as ShadowRoot;
    const hadFocus = part.contains(root.activeElement);
    render(template, part);
    if (hadFocus && !part.contains(root.activeElement)) part.focus({ preventScroll: true });
  }

  paintLegend(plan: Plan, theme: Theme): void {
    paintSwatches(this.#parts.legend, plan, theme);
  }

  /** Asks about what is marked in the map, at its lower end; null gives the focus back. */
  ask(question: TemplateResult | null, marked: Target | null): void {
    const { touch } = this.#parts;
    const [wasAsking, hadFocus] = [touch.firstElementChild, touch.matches(":focus-within")];
    render(question ?? nothing, touch);
    // The same question in other words leaves the focus where it is.
    const isFocusLost = hadFocus ? !touch.matches(":focus-within") : !wasAsking;
    if (isFocusLost && question) touch.querySelector("button")!.focus({ preventScroll: true });
    else if (isFocusLost) this.#map?.focus();
    this.#map?.mark(marked, touch.firstElementChild?.getBoundingClientRect().top);
  }

  setTheme(theme: Theme): void {
    this.options.theme = theme;
    this.#map?.setTheme(theme);
  }

  setFilter(filter: Filter | null): void {
    this.#filter = filter;
    const venue = this.#venue;
    if (!venue) return;
    const hasSeat = filter && ((seat: number) => admits.seat(venue, seat, filter));
    this.#map?.setFilter(hasSeat);
    this.#list?.setFilter(hasSeat, filter && ((area) => admits.area(venue, area, filter)));
  }

  /** About once a second: what is under the pointer may be free again soon. */
  tick(): void {
    const { tip } = this.#parts;
    if (tip.hidden || !this.#pointed || !this.#venue) return;
    const text = tipFor(this.#venue, this.#pointed, this.options.speech(), this.options.nowMs());
    if (tip.textContent !== text) tip.textContent = text;
  }

  zoomBy(factor: number): void {
    this.#map?.zoomBy(factor);
  }

  panBy(dx: number, dy: number): void {
    this.#map?.panBy(dx, dy);
  }

  showAll(): void {
    this.#map?.showAll();
  }

  /** Brings a section or an area into view, by its name or its id. False where there is none. */
  zoomTo(name: string): boolean {
    const plan = this.#venue?.plan;
    const section = plan?.sections.find((each) => each.name === name);
    const area = plan?.areas.find((each) => each.id === name || each.name === name);
    const box = section?.box ?? area;
    if (box) this.#map?.zoomToBox(box, true);
    return box !== undefined;
  }

  /** Brings seats, by their ids, into view; places of areas by where their areas are. */
  showSeats(seatIds: readonly string[]): void {
    const plan = this.#venue?.plan;
    if (!plan) return;
    const seats = seatIds.map((id) => plan.indexOf(id)).filter((seat) => seat !== undefined);
    const area = plan.areas.find(({ id }) => seatIds.some((seatId) => parsePlace(seatId)?.areaId === id));
    if (seats.length) this.#map?.zoomToBox(plan.boxOf(seats), true);
    else if (area) this.#map?.zoomToBox(area, true);
  }

  focusSeat(seat: number): void {
    this.#list?.focusSeat(seat);
    this.#map?.showSeat(seat);
  }

  /** Where it is said how many places of an area are wanted. */
  openArea(area: number): void {
    const group = this.#list?.groups.find(({ kind, index }) => kind === "area" && index === area);
    if (group) this.#list?.openGroup(group.key);
  }

  #newMap(venue: Venue): MapView {
    const { theme, speech, chosen, approached } = this.options;
    return new MapView(this.#parts.map, {
      venue,
      theme,
      ...speech(),
      chosen: (target, kind) => {
        if (target?.kind === "area") this.openArea(target.area);
        else if (target?.kind !== "section") chosen(target, kind);
      },
      approached,
      pointed: (target, at) => this.#point(target, at),
    });
  }

  #newList(venue: Venue): SeatList {
    const { speech, nowMs, isReadOnly, chosen } = this.options;
    return new SeatList(this.#parts.list, {
      venue,
      ...speech(),
      nowMs,
      isReadOnly,
      chosen,
      focused: (seat) => this.#map?.setFocus(seat),
      opened: (key) => this.#showGroup(key),
    });
  }

  #showGroup(key: string | null): void {
    const group = this.#list?.groups.find((each) => each.key === key);
    const plan = this.#venue?.plan;
    if (!group || !plan) return;
    this.#map?.zoomToBox(group.kind === "area" ? plan.areas[group.index]! : plan.boxOf(group.seats), true);
  }

  #point(target: Target | null, at: { x: number; y: number } | null): void {
    this.#pointed = target;
    const { tip, map } = this.#parts;
    tip.hidden = !target || !at;
    this.tick();
    if (at) place(tip, at, map);
  }
}

const TIP_GAP_PX = 14;

/** Beside the pointer, on the side where there is room. */
function place(tip: HTMLElement, { x, y }: { x: number; y: number }, host: HTMLElement): void {
  const left = x + TIP_GAP_PX + tip.offsetWidth > host.clientWidth ? x - TIP_GAP_PX - tip.offsetWidth : x + TIP_GAP_PX;
  const top = y + TIP_GAP_PX + tip.offsetHeight > host.clientHeight ? y - TIP_GAP_PX - tip.offsetHeight : y + TIP_GAP_PX;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${Math.max(0, top)}px`;
}

function styleSheet(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

function element(tag: string, properties: Record<string, string>, children: Node[] = []): HTMLElement {
  const { part, ...others } = properties;
  const made = Object.assign(document.createElement(tag), others);
  if (part) made.setAttribute("part", part);
  made.append(...children);
  return made;
}
