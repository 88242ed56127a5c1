/** What of the picture is out of date, and whether it has to be drawn as a whole. Pure but for what it keeps. */
import type { Box } from "../venue/plan.js";
import type { Camera, Size } from "./camera.js";
import type { Detail } from "./detail.js";
import { isEnough, type Picture } from "./picture.js";

export interface View {
  camera: Camera;
  size: Size;
  ratio: number;
  detail: Detail;
  /** Whether neither a hand nor a journey moves the camera. */
  isResting: boolean;
}

/** A picture that has been moved or stretched too far for the view, or is not sharp where it could be. */
export function isOutgrown(picture: Picture | null, drawn: Detail, view: View, extent: Box): boolean {
  if (!picture) return true;
  if ((drawn === "sections") !== (view.detail === "sections")) return true;
  if (!isEnough(picture, view.camera, view.size, extent)) return true;
  return view.isResting && !(isSameScale(picture, view) && Math.abs(picture.ratio - view.ratio) < 1e-6);
}

/** Moved, a picture is as sharp as ever; stretched it is not. */
export function isSameScale(picture: Picture, { camera }: View): boolean {
  return Math.abs(picture.camera.scale / camera.scale - 1) < 1e-4;
}

/** Sections and areas show counts, which nobody reads faster than this. */
const COUNTS_MS = 250;

/** A picture that was outgrown while the camera moves is drawn again no sooner than this after the last one. */
const MOVING_MS = 90;

/** Collects what has changed until it is drawn. */
export class Stale {
  isWhole = true;
  #drawn = -Infinity;
  #areCounts = false;
  #drawnCounts = -Infinity;
  #seats = new Set<number>();

  noteSeats(seats: Iterable<number>): void {
    for (const seat of seats) this.#seats.add(seat);
  }

  noteCounts(): void {
    this.#areCounts = true;
  }

  /** Everything was drawn. */
  clear(now: number): void {
    this.isWhole = this.#areCounts = false;
    this.#seats.clear();
    this.#drawn = this.#drawnCounts = now;
  }

  /** Whether the last picture is so new that a moving camera can do with it. */
  isFresh(now: number): boolean {
    return now - this.#drawn < MOVING_MS;
  }

  takeSeats(): Set<number> {
    const taken = this.#seats;
    if (taken.size > 0) this.#seats = new Set();
    return taken;
  }

  /** True where counts have changed, and it is time to show them. */
  takeCounts(now: number): boolean {
    if (!this.#areCounts || now - this.#drawnCounts < COUNTS_MS) return false;
    this.#areCounts = false;
    this.#drawnCounts = now;
    return true;
  }

  /** Milliseconds until counts may be shown; Infinity where none have changed. */
  wait(now: number): number {
    return this.#areCounts ? Math.max(0, COUNTS_MS - (now - this.#drawnCounts)) : Infinity;
  }
}
