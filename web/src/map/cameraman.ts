/** Keeps the camera: within its limits, on the way to where it was sent, and in place when the view changes its size. */
import type { Box } from "../venue/plan.js";
import {
  between, clampCamera, fitBox, isSameCamera, limitsOf, panCamera, zoomAt,
  type Camera, type Limits, type Point, type SeatSizes, type Size,
} from "./camera.js";

const TRAVEL_MS = 280;

interface Journey {
  from: Camera;
  to: Camera;
  since: number;
}

export class Cameraman {
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #size: Size = { width: 0, height: 0 };
  #extent: Box = { x: 0, y: 0, width: 1, height: 1 };
  #sizes: SeatSizes = { usual: 0, least: 0 };
  #journey: Journey | null = null;
  /** Whether all is shown because nobody has asked for anything else. */
  #isFitted = true;

  get camera(): Camera {
    return this.#camera;
  }

  get size(): Size {
    return this.#size;
  }

  get isMoving(): boolean {
    return this.#journey !== null;
  }

  get isWhole(): boolean {
    return this.destination.scale <= this.#limits.min * 1.001;
  }

  get isClosest(): boolean {
    return this.destination.scale >= this.#limits.max * 0.999;
  }

  /** Where the camera is, or will be soon. */
  get destination(): Camera {
    return this.#journey?.to ?? this.#camera;
  }

  /** Another plan: all of it is shown. */
  look(extent: Box, sizes: SeatSizes): void {
    [this.#extent, this.#sizes] = [extent, sizes];
    this.fit();
  }

  /** The middle stays where it is. */
  resize(size: Size): void {
    this.#size = size;
    if (this.#isFitted) this.fit();
    else this.set(this.destination);
  }

  fit(): void {
    this.#isFitted = true;
    this.#journey = null;
    if (this.#size.width > 0) this.#camera = fitBox(this.#extent, this.#size);
  }

  set(camera: Camera): void {
    this.#journey = null;
    this.#camera = this.#clamped(camera);
    this.#isFitted = this.#size.width > 0 && this.isWhole;
  }

  pan(dx: number, dy: number): boolean {
    return this.#moveTo(panCamera(this.#camera, dx, dy));
  }

  zoom(factor: number, at: Point): boolean {
    return this.#moveTo(zoomAt(this.#camera, factor, at, this.#size, this.#limits));
  }

  /** Goes there within a quarter of a second. */
  travel(camera: Camera, now: number): void {
    const to = this.#clamped(camera);
    this.#isFitted = to.scale <= this.#limits.min * 1.001;
    this.#journey = isSameCamera(this.#camera, to) ? null : { from: this.#camera, to, since: now };
  }

  /** The camera that zooms by a factor from where the journey ends, so that quick presses add up. */
  zoomed(factor: number, at: Point): Camera {
    return zoomAt(this.destination, factor, at, this.#size, this.#limits);
  }

  panned(dx: number, dy: number): Camera {
    return panCamera(this.destination, dx, dy);
  }

  fitted(box: Box, padding?: number): Camera {
    return fitBox(box, this.#size, padding);
  }

  whole(): Camera {
    return fitBox(this.#extent, this.#size);
  }

  /** Moves on along the journey, if there is one. */
  step(now: number): void {
    if (!this.#journey) return;
    const { from, to, since } = this.#journey;
    const t = Math.min(1, Math.max(0, (now - since) / TRAVEL_MS));
    this.#camera = between(from, to, 1 - (1 - t) ** 3);
    if (t < 1) return;
    this.#camera = to;
    this.#journey = null;
  }

  #moveTo(camera: Camera): boolean {
    const before = this.#camera;
    this.set(camera);
    return !isSameCamera(before, this.#camera);
  }

  #clamped(camera: Camera): Camera {
    return this.#size.width > 0 ? clampCamera(camera, this.#extent, this.#size, this.#limits) : camera;
  }

  get #limits(): Limits {
    return limitsOf(this.#extent, this.#size, this.#sizes);
  }
}
