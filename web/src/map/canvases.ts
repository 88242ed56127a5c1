/**
 * The canvases that hold the picture: below what hardly changes, above it the seats. Both are moved and stretched
 * together while the camera moves, by the browser's own compositing, and drawn again when it rests.
 */
import { paintAreas } from "./area-painter.js";
import type { Camera, Size } from "./camera.js";
import type { Detail } from "./detail.js";
import { paintRows, paintSectionNames } from "./labels.js";
import { paintNumbers } from "./numbers.js";
import type { Pen } from "./pen.js";
import { boxOf, placeOf, type Picture } from "./picture.js";
import { paintScenery } from "./scenery.js";
import type { Scene } from "./scene.js";
import { isInPicture, pixelBoxOf, SeatPainter } from "./seat-painter.js";
import { paintSections } from "./section-painter.js";

/** With more changes at once it is cheaper to paint all seats again. */
const PATCHES_MAX = 300;

export class Canvases {
  readonly #frame: HTMLElement;
  readonly #base: Pen | null;
  readonly #seats: Pen | null;
  #painter: SeatPainter | null = null;
  picture: Picture | null = null;
  detail: Detail = "seats";

  /** `lost` is told when the browser has thrown the canvases' content away. */
  constructor(root: HTMLElement, lost: () => void) {
    this.#frame = root.ownerDocument.createElement("div");
    this.#frame.className = "map-picture";
    [this.#base, this.#seats] = [0, 1].map(() => {
      const canvas = root.ownerDocument.createElement("canvas");
      canvas.addEventListener("contextrestored", lost);
      this.#frame.append(canvas);
      return canvas.getContext("2d");
    }) as [Pen | null, Pen | null];
    root.append(this.#frame);
  }

  draw(scene: Scene, picture: Picture, detail: Detail): void {
    [this.picture, this.detail] = [picture, detail];
    for (const pen of [this.#base, this.#seats]) if (pen) fit(pen, picture);
    this.#paintBase(scene);
    this.#paintSeats(scene);
  }

  /** Shapes, areas and labels. */
  drawBase(scene: Scene): void {
    if (this.#base && this.picture) fit(this.#base, this.picture);
    this.#paintBase(scene);
  }

  /** All seats, or sections in their place. */
  drawSeats(scene: Scene): void {
    if (this.#seats && this.picture) fit(this.#seats, this.picture);
    this.#paintSeats(scene);
  }

  #paintBase(scene: Scene): void {
    const [pen, picture] = [this.#base, this.picture];
    if (!pen || !picture) return;
    paintScenery(pen, picture, scene);
    paintAreas(pen, picture, scene);
    if (this.detail === "sections") return;
    paintRows(pen, picture, scene);
    paintSectionNames(pen, picture, scene);
  }

  #paintSeats(scene: Scene): void {
    const [pen, picture] = [this.#seats, this.picture];
    if (!pen || !picture) return;
    if (this.detail !== "sections") {
      this.#painterFor(scene).paint(pen, picture, null);
      return paintNumbers(pen, picture, scene, scene.index.within(boxOf(picture)));
    }
    if (scene.hasLooseSeats) this.#painterFor(scene).paint(pen, picture, (seat) => scene.plan.section[seat] === -1);
    paintSections(pen, picture, scene);
  }

  /** Only these seats, and what of others their boxes hold. */
  patch(scene: Scene, seats: Iterable<number>): void {
    const [pen, picture] = [this.#seats, this.picture];
    if (!pen || !picture || this.detail === "sections") return;
    const seen = [...seats].filter((seat) => isInPicture(scene, picture, seat));
    if (seen.length > PATCHES_MAX) return this.drawSeats(scene);
    const painter = this.#painterFor(scene);
    for (const seat of seen) {
      const box = pixelBoxOf(scene, picture, seat);
      if (!box) continue;
      const within = painter.paintBox(pen, picture, box, null);
      pen.save();
      pen.beginPath();
      pen.rect(box.left, box.top, box.width, box.height);
      pen.clip();
      paintNumbers(pen, picture, scene, within);
      pen.restore();
    }
  }

  /** Where the picture belongs for a camera that may have moved on since it was drawn. */
  place(camera: Camera, size: Size): void {
    if (!this.picture) return;
    const { x, y, stretch } = placeOf(this.picture, camera, size);
    this.#frame.style.transform = `translate(${x}px, ${y}px)${stretch === 1 ? "" : ` scale(${stretch})`}`;
  }

  #painterFor(scene: Scene): SeatPainter {
    if (this.#painter?.scene !== scene) this.#painter = new SeatPainter(scene);
    return this.#painter;
  }
}

/** An empty canvas of the picture's size. Another size empties it by itself, the same would only take its memory anew. */
export function fit(pen: Pen, { width, height, ratio }: Picture): void {
  const { canvas } = pen;
  if (canvas.width === width && canvas.height === height) return pen.clearRect(0, 0, width, height);
  Object.assign(canvas, { width, height });
  canvas.style.width = `${width / ratio}px`;
  canvas.style.height = `${height / ratio}px`;
}
