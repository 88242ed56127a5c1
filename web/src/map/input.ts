/** Listens to the canvas that lies on top of the map, and tells what pointers, wheel and keys mean. */
import type { Point } from "./camera.js";
import { handle, NO_HANDS, type Gesture, type Hands, type PointerKind, type Pressed } from "./gestures.js";
import { keyAsk, wheelFactor, type Ask } from "./keys.js";

export interface Listener {
  gesture(gesture: Gesture): void;
  /** True where it did something; else the key is the page's. */
  asked(ask: Ask): boolean;
  wheel(factor: number, at: Point): void;
  /** The mouse, not pressed; null when it has left. */
  hovered(at: Point | null): void;
  isWhole(): boolean;
}

export class Input {
  #hands: Hands = NO_HANDS;
  /** Whether the map was pressed since anything else was. */
  #isActive = false;
  readonly #stop = new AbortController();

  constructor(readonly face: HTMLElement, readonly listener: Listener) {
    const options = { signal: this.#stop.signal };
    const firm = { ...options, passive: false };
    face.addEventListener("pointerdown", (event) => this.#down(event), options);
    face.addEventListener("pointermove", (event) => this.#move(event), options);
    face.addEventListener("pointerup", (event) => this.#take("up", event), options);
    face.addEventListener("pointercancel", (event) => this.#take("cancel", event), options);
    face.addEventListener("lostpointercapture", (event) => this.#take("cancel", event), options);
    face.addEventListener("pointerleave", () => listener.hovered(null), options);
    face.addEventListener("wheel", (event) => this.#wheel(event), firm);
    face.addEventListener("keydown", (event) => this.#key(event), options);
    // Else a mouse's events follow, and take the focus away from what the tap has opened.
    face.addEventListener("touchend", (event) => event.cancelable && event.preventDefault(), firm);
    // Two fingers are the map's even where one scrolls the page.
    for (const type of ["touchstart", "touchmove"] as const) {
      face.addEventListener(type, (event) => event.touches.length > 1 && event.cancelable && event.preventDefault(), firm);
    }
  }

  /** Until the signal hears of presses elsewhere on the page. */
  watchPage(signal: AbortSignal): void {
    this.#isActive = false;
    this.face.ownerDocument.addEventListener("pointerdown", (event) => this.#elsewhere(event), { signal, capture: true });
  }

  destroy(): void {
    this.#stop.abort();
  }

  #down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    this.#isActive = true;
    this.listener.hovered(null);
    // What begins on the map ends there, wherever the pointer goes meanwhile.
    if (event.isTrusted) this.face.setPointerCapture(event.pointerId);
    this.#take("down", event);
  }

  #move(event: PointerEvent): void {
    if (this.#hands.pointers.size > 0) return this.#take("move", event);
    if (event.pointerType !== "touch") this.listener.hovered(this.#at(event));
  }

  #take(type: Pressed["type"], event: PointerEvent): void {
    const { pointerId: id, timeStamp: time, pointerType } = event;
    const kind = pointerType as PointerKind;
    const { hands, gesture } = handle(this.#hands, { type, id, at: this.#at(event), time, kind });
    this.#hands = hands;
    this.face.classList.toggle("is-dragged", hands.isDrag);
    if (gesture) this.listener.gesture(gesture);
  }

  #wheel(event: WheelEvent): void {
    const isFocused = (this.face.getRootNode() as ShadowRoot | Document).activeElement === this.face;
    const factor = wheelFactor(event, this.#isActive || isFocused, this.listener.isWhole());
    if (factor === null) return;
    event.preventDefault();
    this.listener.wheel(factor, this.#at(event));
  }

  #key(event: KeyboardEvent): void {
    const ask = keyAsk(event);
    if (ask && this.listener.asked(ask)) event.preventDefault();
  }

  #elsewhere(event: PointerEvent): void {
    if (!event.composedPath().includes(this.face)) this.#isActive = false;
  }

  #at({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.face.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
