/** The seat map as it is seen: canvases in a host element, a camera, and what pointers and keys do. */
import type { Box } from "../venue/plan.js";
import type { Change, Venue } from "../venue/venue.js";
import type { Words } from "../words/en.js";
import { toView, type Camera } from "./camera.js";
import { Cameraman } from "./cameraman.js";
import { detailOf, type Detail } from "./detail.js";
import { Drawing } from "./drawing.js";
import { Input } from "./input.js";
import type { MapOptions } from "./map-options.js";
import { Minimap } from "./minimap.js";
import { Pacer } from "./pacer.js";
import type { Palette } from "./palette.js";
import { ratioOf } from "./picture.js";
import { BOX_PADDING_PX, Pointing } from "./pointing.js";
import { isStill, make, resolveColor, watchDensity } from "./probe.js";
import type { Scene } from "./scene.js";
import { seatCamera } from "./seat-camera.js";
import type { View } from "./stale.js";
import { Subject, type Filter } from "./subject.js";
import type { Target } from "./target.js";
import { css } from "./text.js";
import type { Theme } from "./theme.js";

export type { MapOptions } from "./map-options.js";

/** Drawn sharp once nothing has moved for so long. */
const REST_MS = 120;
/** How much of what is marked is seen above what may cover it. */
const MARK_PX = 40;

export class MapView {
  readonly #options: MapOptions;
  readonly #subject: Subject;
  readonly #root: HTMLElement;
  readonly #face: HTMLCanvasElement;
  readonly #drawing: Drawing;
  readonly #minimap: Minimap;
  readonly #input: Input;
  readonly #observer: ResizeObserver;
  /** Ends what listens to the page; null while the view rests. */
  #awake: AbortController | null = null;
  readonly #pacer = new Pacer((now) => this.#frame(now));
  readonly #man = new Cameraman();
  #palette: Palette | null = null;
  #movedAt = -Infinity;
  #reportDrawn: () => void = () => {};
  /** Resolves when the first picture is drawn, which waits until the host has a size. */
  readonly drawn = new Promise<void>((resolve) => (this.#reportDrawn = resolve));

  /** `host` has a size and a position of its own, and `mapStyles` are among the styles of its root. */
  constructor(readonly host: HTMLElement, options: MapOptions) {
    this.#options = options;
    this.#subject = new Subject(options.venue, options, options.filter ?? null);
    this.#root = make(host, "div", "map-view");
    this.#face = make(host, "canvas", "map-face");
    this.#face.tabIndex = 0;
    this.#face.setAttribute("role", "img");
    this.#drawing = new Drawing(this.#root, this.#face, () => this.#redraw());
    this.#root.append(this.#face);
    this.#minimap = new Minimap(this.#root, ({ x, y }) => this.#put({ x, y, scale: this.#man.camera.scale }));
    this.#lookAtAll();
    this.#input = new Input(this.#face, this.#pointing(options));
    host.append(this.#root);
    this.#observer = new ResizeObserver(() => this.resized());
    this.wake();
  }

  /** To be called when the host is in the document again. A new view is awake. */
  wake(): void {
    if (this.#awake) return;
    const { signal } = (this.#awake = new AbortController());
    this.#pacer.start();
    this.#observer.observe(this.#root);
    this.#input.watchPage(signal);
    watchDensity(() => this.#pacer.request(), signal);
    this.resized();
  }

  /** To be called when the host is taken out of the document: nothing outside it refers to the view until `wake`. */
  rest(): void {
    this.#awake?.abort();
    this.#awake = null;
    this.#observer.disconnect();
    this.#pacer.stop();
  }

  /** What the canvas is called by screen readers. */
  set label(label: string) {
    this.#face.setAttribute("aria-label", label);
  }

  // ---- What is shown ----------------------------------------------------------------------------------------------

  /** To be called with what `Venue` says has changed; only that is drawn again. */
  changed({ all, seats, areas }: Change): void {
    const { stale, halos } = this.#drawing;
    const { states, facts } = this.#subject;
    if (all) {
      states.readAll();
      return this.#redraw();
    }
    const news = [...seats].filter((seat) => states.read(seat));
    stale.noteSeats(news);
    if (news.length > 0 && facts.sections.length > 0) stale.noteCounts();
    if (areas) stale.noteCounts();
    if (!isStill()) halos.add(news, performance.now());
    if (news.length > 0 || areas) this.#pacer.request();
  }

  /** Another venue. The camera stays where it is if the plan is the same one, else all is shown. */
  setVenue(venue: Venue): void {
    const isOther = this.#subject.setVenue(venue);
    this.#drawing.halos.clear();
    this.#drawing.hovered = null;
    this.#minimap.reset();
    if (isOther) {
      this.#drawing.focus = null;
      this.#lookAtAll();
    }
    this.#redraw();
  }

  setTheme(theme: Theme): void {
    this.#subject.set({ theme });
    this.#redraw();
  }

  setWords(words: Words, locale: string): void {
    this.#subject.set({ words, locale });
    this.#redraw();
  }

  /** Null shows all seats alike. */
  setFilter(filter: Filter): void {
    this.#subject.filter(filter);
    this.#redraw();
  }

  /** A ring around the seat that the list has focus on. */
  setFocus(seat: number | null): void {
    this.#drawing.focus = seat;
    this.#pacer.request();
  }

  /** Marks what was tapped, and keeps it above a line of the page; null ends that. */
  mark(target: Target | null, above = Infinity): void {
    const { plan } = this.#subject.facts;
    const seat = target?.kind === "seat" ? target.seat : null;
    this.setFocus(seat);
    this.#drawing.hovered = target;
    const lowest = seat ?? (target?.kind === "table" ? plan.tables[target.table]!.seats.at(-1)! : null);
    const { y } = toView(this.#man.destination, this.#man.size, { x: 0, y: lowest === null ? -Infinity : plan.y[lowest]! });
    this.#root.style.translate = `0 ${Math.min(0, above - MARK_PX - y - this.host.getBoundingClientRect().top)}px`;
  }

  focus(): void {
    this.#face.focus({ preventScroll: true });
  }

  // ---- The camera -------------------------------------------------------------------------------------------------

  zoomBy(factor: number): void {
    const { width, height } = this.#man.size;
    this.#travel(this.#man.zoomed(factor, { x: width / 2, y: height / 2 }));
  }

  /** In CSS pixels: a positive `dx` shows what is further right. */
  panBy(dx: number, dy: number): void {
    this.#travel(this.#man.panned(dx, dy));
  }

  showAll(): void {
    this.#travel(this.#man.whole());
  }

  zoomToBox(box: Box, isAnimated = true): void {
    this.#travel(this.#man.fitted(box, BOX_PADDING_PX), isAnimated);
  }

  /** Brings a seat into view, large enough to be tapped. */
  showSeat(seat: number): void {
    const { size, destination } = this.#man;
    this.#travel(seatCamera(this.#subject.facts.plan, seat, destination, size));
  }

  get camera(): Camera {
    return this.#man.destination;
  }

  set camera(camera: Camera) {
    this.#man.set(camera);
    this.#redraw();
  }

  /** Whether zooming out would change nothing. */
  get isWhole(): boolean {
    return this.#man.isWhole;
  }

  /** Whether zooming in would change nothing. */
  get isClosest(): boolean {
    return this.#man.isClosest;
  }

  /** To be called when the host may have changed its size, or is in another place; its size is watched as well. */
  resized(): void {
    const [width, height] = [this.#root.clientWidth, this.#root.clientHeight];
    const { size } = this.#man;
    if (width === 0 || height === 0) return;
    if (width !== size.width || height !== size.height) {
      this.#man.resize({ width, height });
      this.#drawing.stale.isWhole = true;
    }
    this.#pacer.request();
  }

  destroy(): void {
    this.rest();
    this.#input.destroy();
    this.#root.remove();
  }

  // ---- What is done on it -----------------------------------------------------------------------------------------

  #pointing({ chosen, approached, pointed }: MapOptions): Pointing {
    return new Pointing({
      man: this.#man,
      facts: () => this.#subject.facts,
      detail: () => this.#detail,
      travel: (camera) => this.#travel(camera),
      moved: () => this.#hasMoved(),
      hovered: (target, at, isNew) => {
        if (isNew) this.#showHovered(target);
        pointed(target, at);
      },
      chosen,
      approached,
    });
  }

  #showHovered(target: Target | null): void {
    this.#drawing.hovered = target;
    this.#face.classList.toggle("is-on-target", target !== null);
    this.#pacer.request();
  }

  #travel(camera: Camera, isAnimated = true): void {
    if (!isAnimated || isStill() || !this.#drawing.isDrawn) return this.#put(camera);
    this.#man.travel(camera, performance.now());
    this.#hasMoved();
  }

  #put(camera: Camera): void {
    this.#man.set(camera);
    this.#hasMoved();
  }

  #hasMoved(): void {
    this.#movedAt = performance.now();
    this.#input.listener.hovered(null);
    this.#options.moved?.();
    this.#pacer.request();
  }

  // ---- Drawing ----------------------------------------------------------------------------------------------------

  get #detail(): Detail {
    const { seatSize, sections } = this.#subject.facts;
    return detailOf(seatSize * this.#man.camera.scale, sections.length > 0);
  }

  #lookAtAll(): void {
    const { extent, sizes } = this.#subject.facts;
    this.#man.look(extent, sizes);
  }

  #redraw(): void {
    this.#drawing.stale.isWhole = true;
    this.#pacer.request();
  }

  /** Nothing is drawn while the host is hidden: its size is 0 then, or the browser gives no frames. */
  #frame(now: number): void {
    const { size } = this.#man;
    if (size.width === 0 || this.#root.clientWidth === 0) return;
    const began = performance.now();
    this.#man.step(now);
    const scene = this.#sceneNow();
    const resting = Math.max(0, this.#movedAt + REST_MS - now);
    const isResting = resting === 0 && !this.#man.isMoving;
    const ratio = ratioOf(size, devicePixelRatio);
    const view: View = { camera: this.#man.camera, size, ratio, detail: this.#detail, isResting };
    const work = this.#drawing.frame(scene, view, now);
    this.#minimap.show(scene, this.#man.camera, size, ratio, this.#man.isWhole);
    this.#face.classList.toggle("is-zoomed", !this.#man.isWhole);
    this.#face.classList.toggle("is-whole", this.#man.isWhole);
    this.#options.measured?.(work, performance.now() - began);
    this.#reportDrawn();
    this.#pacer.requestIn(this.#man.isMoving ? 0 : Math.min(this.#drawing.wait(now), resting || Infinity));
  }

  #sceneNow(): Scene {
    const scene = this.#subject.scene((color) => resolveColor(this.#root, color));
    if (scene.palette !== this.#palette) this.#colorFrame((this.#palette = scene.palette));
    return scene;
  }

  #colorFrame(palette: Palette): void {
    for (const name of ["surface", "edge", "focus"] as const) {
      this.#root.style.setProperty(`--map-${name}`, css(palette[name]));
    }
  }
}
