/** Brings the canvases up to date, with as little drawing as it takes. */
import { Canvases, fit } from "./canvases.js";
import { Halos } from "./halos.js";
import { paintOverlay } from "./overlay.js";
import type { Pen } from "./pen.js";
import { draftOf, pictureOf, viewPicture } from "./picture.js";
import type { Scene } from "./scene.js";
import { isOutgrown, isSameScale, Stale, type View } from "./stale.js";
import type { Target } from "./target.js";

/** `whole` drew everything, `part` what had changed, `move` only moved what was there. */
export type Work = "whole" | "part" | "move";

export class Drawing {
  readonly stale = new Stale();
  readonly halos = new Halos();
  focus: number | null = null;
  hovered: Target | null = null;
  readonly #canvases: Canvases;
  readonly #over: Pen | null;
  #isOverEmpty = false;

  constructor(root: HTMLElement, face: HTMLCanvasElement, lost: () => void) {
    this.#canvases = new Canvases(root, lost);
    this.#over = face.getContext("2d");
  }

  /** Whether anything was ever drawn. */
  get isDrawn(): boolean {
    return this.#canvases.picture !== null;
  }

  frame(scene: Scene, view: View, now: number): Work {
    const work = this.#drawPicture(scene, view, now);
    this.#canvases.place(view.camera, view.size);
    this.#drawOver(scene, view, now);
    return work;
  }

  /** Milliseconds until there is more to draw, without anything new. */
  wait(now: number): number {
    return this.halos.isEmpty ? this.stale.wait(now) : 0;
  }

  #drawPicture(scene: Scene, view: View, now: number): Work {
    const { picture, detail } = this.#canvases;
    const isOld = isOutgrown(picture, detail, view, scene.extent) && (view.isResting || !this.stale.isFresh(now));
    if (this.stale.isWhole || isOld) {
      const isDraft = !view.isResting && picture !== null && !isSameScale(picture, view);
      const next = (isDraft ? draftOf : pictureOf)(view.camera, view.size, view.ratio, scene.extent);
      this.#canvases.draw(scene, next, view.detail);
      this.stale.clear(now);
      return "whole";
    }
    const seats = this.stale.takeSeats();
    const hasCounts = this.stale.takeCounts(now);
    if (hasCounts && scene.plan.areas.length > 0) this.#canvases.drawBase(scene);
    if (hasCounts && detail === "sections") this.#canvases.drawSeats(scene);
    else this.#canvases.patch(scene, seats);
    return seats.size > 0 || hasCounts ? "part" : "move";
  }

  #drawOver(scene: Scene, view: View, now: number): void {
    const pen = this.#over;
    if (!pen) return;
    const picture = viewPicture(view.camera, view.size, view.ratio);
    const over = { halos: this.halos.at(now), focus: this.focus, hovered: this.hovered };
    const isEmpty = over.halos.length === 0 && over.focus === null && over.hovered === null;
    if (isEmpty && this.#isOverEmpty && pen.canvas.width === picture.width) return;
    fit(pen, picture);
    paintOverlay(pen, picture, scene, over);
    this.#isOverEmpty = isEmpty;
  }
}
