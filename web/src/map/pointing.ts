/** What taps, drags, wheel and keys do to the camera, and what they choose. */
import type { Box } from "../venue/plan.js";
import { toPlan, type Camera, type Point } from "./camera.js";
import type { Cameraman } from "./cameraman.js";
import { SEEN_PX, type Detail } from "./detail.js";
import type { Gesture, PointerKind } from "./gestures.js";
import { meaningOf, targetAt } from "./hit.js";
import type { Listener } from "./input.js";
import type { Ask } from "./keys.js";
import type { PlanFacts } from "./scene.js";
import { isSame, type Target } from "./target.js";

export interface Pointed {
  man: Cameraman;
  facts(): PlanFacts;
  detail(): Detail;
  /** To send the camera somewhere. */
  travel(camera: Camera): void;
  /** To be told that a hand has moved the camera. */
  moved(): void;
  hovered(target: Target | null, at: Point | null, isNew: boolean): void;
  /** Null where a tap was beside everything. */
  chosen(target: Target | null, kind: PointerKind): void;
  approached(target: Target): void;
}

/** How far a finger or the mouse may miss what it means, in CSS pixels. */
const SLACK_PX: Record<PointerKind, number> = { mouse: 2, pen: 4, touch: 8 };
const DOUBLE_TAP = 2;
/** Around a box that is zoomed to. */
export const BOX_PADDING_PX = 40;
/** How much larger than what can be seen at all seats are made where a section does not fit into the view. */
const WELL_SEEN = 1.4;

export class Pointing implements Listener {
  #hovered: Target | null = null;
  /** Whether the last tap only came closer: the second of a double tap must not choose what has come under it. */
  #hasApproached = false;

  constructor(private readonly map: Pointed) {}

  gesture(gesture: Gesture): void {
    const { man } = this.map;
    if (gesture.type === "tap") return this.#tap(gesture.at, gesture.count, gesture.kind);
    if (gesture.type === "end") return;
    const hasZoomed = gesture.type === "pinch" && man.zoom(gesture.factor, gesture.at);
    const hasPanned = man.pan(gesture.dx, gesture.dy);
    if (hasZoomed || hasPanned) this.map.moved();
  }

  wheel(factor: number, at: Point): void {
    if (this.map.man.zoom(factor, at)) this.map.moved();
  }

  asked(ask: Ask): boolean {
    const { man, travel } = this.map;
    const { width, height } = man.size;
    if (ask.type === "pan" && man.isWhole) return false;
    if (ask.type === "pan") travel(man.panned(ask.dx, ask.dy));
    else if (ask.type === "zoom") travel(man.zoomed(ask.factor, { x: width / 2, y: height / 2 }));
    else travel(man.whole());
    return true;
  }

  hovered(at: Point | null): void {
    const target = at ? this.#targetAt(at, SLACK_PX.mouse) : null;
    const isNew = !isSame(target, this.#hovered);
    this.#hovered = target;
    if (isNew || target) this.map.hovered(target, target ? at : null, isNew);
  }

  isWhole(): boolean {
    return this.map.man.isWhole;
  }

  #tap(at: Point, count: 1 | 2, kind: PointerKind): void {
    const { man, facts, travel, chosen, approached } = this.map;
    if (count === 2 && this.#hasApproached) return;
    this.#hasApproached = false;
    const target = this.#targetAt(at, SLACK_PX[kind] ?? SLACK_PX.mouse);
    if (!target) {
      if (count === 2) travel(man.zoomed(DOUBLE_TAP, at));
      return chosen(null, kind);
    }
    const meaning = meaningOf(facts(), target, man.camera.scale);
    // A finger that trembles taps twice, and has not meant to answer what the first tap has asked.
    if (meaning.kind === "choose") return kind === "touch" && count === 2 ? undefined : chosen(target, kind);
    travel(meaning.kind === "closer" ? man.zoomed(meaning.factor, at) : this.#closeUp(meaning.box, at, target));
    this.#hasApproached = true;
    approached(target);
  }

  /** A section that is too large for its seats to be seen in the view is entered where it was tapped. */
  #closeUp(box: Box, at: Point, target: Target): Camera {
    const { man, facts } = this.map;
    const fitted = man.fitted(box, BOX_PADDING_PX);
    const least = target.kind === "section" ? (SEEN_PX * WELL_SEEN) / facts().seatSize : 0;
    return fitted.scale >= least ? fitted : { ...toPlan(man.camera, man.size, at), scale: least };
  }

  #targetAt(at: Point, slack: number): Target | null {
    const { camera, size } = this.map.man;
    return targetAt(this.map.facts(), toPlan(camera, size, at), slack / camera.scale, this.map.detail());
  }
}
