/** The small map in the corner: all of the plan, and what of it the view shows. A press on it moves the view there. */
import { fitBox, toPlan, toView, viewBox, type Camera, type Point, type Size } from "./camera.js";
import { overlap } from "./extent.js";
import type { Block } from "./blit.js";
import type { Pen } from "./pen.js";
import { viewPicture, type Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import { paintScenery } from "./scenery.js";
import { paintAreas } from "./area-painter.js";

const LONGER_PX = 148;
const PADDING_PX = 6;
/** A view that is lower or narrower than this has no room for it. */
const ROOM_PX = 340;

export class Minimap {
  readonly #box: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #frame: HTMLElement;
  #size: Size = { width: 0, height: 0 };
  #whole: Camera = { x: 0, y: 0, scale: 1 };
  #drawn: Scene["palette"] | null = null;

  /** `moved` is told which point of the plan is to be in the middle. */
  constructor(host: HTMLElement, moved: (point: Point) => void) {
    const document = host.ownerDocument;
    this.#box = document.createElement("div");
    this.#box.className = "map-minimap";
    this.#box.setAttribute("aria-hidden", "true");
    this.#box.hidden = true;
    this.#canvas = document.createElement("canvas");
    this.#frame = document.createElement("div");
    this.#frame.className = "map-minimap-view";
    this.#box.append(this.#canvas, this.#frame);
    host.append(this.#box);
    this.#listen(moved);
  }

  /** Draws nothing while it is hidden, and the plan only once for its colours. */
  show(scene: Scene, camera: Camera, size: Size, ratio: number, isWhole: boolean): void {
    this.#box.hidden = isWhole || size.width < ROOM_PX || size.height < ROOM_PX;
    if (this.#box.hidden) return;
    if (this.#drawn !== scene.palette) this.#draw(scene, ratio);
    const seen = overlap(viewBox(camera, size), scene.extent);
    const { x, y } = toView(this.#whole, this.#size, seen);
    this.#frame.style.transform = `translate(${x - 2}px, ${y - 2}px)`;
    this.#frame.style.width = `${seen.width * this.#whole.scale + 4}px`;
    this.#frame.style.height = `${seen.height * this.#whole.scale + 4}px`;
  }

  /** Another plan. */
  reset(): void {
    this.#drawn = null;
  }

  #draw(scene: Scene, ratio: number): void {
    this.#drawn = scene.palette;
    const { width, height } = scene.extent;
    const longer = (LONGER_PX - 2 * PADDING_PX) / Math.max(width, height);
    const [across, down] = [width, height].map((side) => Math.round(side * longer) + 2 * PADDING_PX);
    this.#size = { width: across!, height: down! };
    this.#whole = fitBox(scene.extent, this.#size, PADDING_PX);
    const picture = viewPicture(this.#whole, this.#size, ratio);
    for (const part of [this.#box, this.#canvas]) {
      part.style.width = `${this.#size.width}px`;
      part.style.height = `${this.#size.height}px`;
    }
    Object.assign(this.#canvas, { width: picture.width, height: picture.height });
    const pen = this.#canvas.getContext("2d");
    if (pen) paintSmall(pen, picture, scene);
  }

  #listen(moved: (point: Point) => void): void {
    const move = (event: PointerEvent) => {
      const { left, top } = this.#box.getBoundingClientRect();
      moved(toPlan(this.#whole, this.#size, { x: event.clientX - left - 1, y: event.clientY - top - 1 }));
    };
    this.#box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#box.setPointerCapture(event.pointerId);
      move(event);
    });
    this.#box.addEventListener("pointermove", (event) => {
      if (this.#box.hasPointerCapture(event.pointerId)) move(event);
    });
  }
}

/** Shapes, areas, and each seat as a dot of its category's colour: what never changes. */
function paintSmall(pen: Pen, picture: Picture, scene: Scene): void {
  paintScenery(pen, picture, scene, false);
  paintAreas(pen, picture, scene, false);
  const { width, height } = pen.canvas;
  const dots = Object.assign(pen.canvas.ownerDocument.createElement("canvas"), { width, height });
  const image = new ImageData(width, height);
  dotAll({ width, height, pixels: new Uint32Array(image.data.buffer) }, picture, scene);
  dots.getContext("2d")?.putImageData(image, 0, 0);
  pen.drawImage(dots, 0, 0);
}

function dotAll({ width, height, pixels }: Block, { k, tx, ty }: Picture, { plan, palette, seatSize }: Scene): void {
  const colors = palette.categories.map(([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
  const dot = Math.max(1, Math.round(seatSize * k * 0.8));
  for (let seat = 0; seat < plan.count; seat += 1) {
    const color = colors[Math.min(plan.category[seat]!, colors.length - 1)]!;
    const [left, top] = [Math.round(plan.x[seat]! * k + tx - dot / 2), Math.round(plan.y[seat]! * k + ty - dot / 2)];
    for (let row = Math.max(0, top); row < Math.min(height, top + dot); row += 1) {
      pixels.fill(color, row * width + Math.max(0, left), row * width + Math.min(width, left + dot));
    }
  }
}
