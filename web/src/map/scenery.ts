/** Paints what never changes under the seats: floors, stages, tables, with their labels. */
import type { Shape } from "../venue/plan.js";
import type { Size } from "./camera.js";
import type { Palette } from "./palette.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import { css, firstThatFits, oneLineOrTwo, write, type Line } from "./text.js";

const LABEL_MIN_PX = 9;
const LABEL_MAX_PX = 20;

export function paintScenery(pen: Pen, picture: Picture, { plan, palette }: Scene, hasLabels = true): void {
  for (const shape of [...plan.shapes, ...plan.tables]) paintShape(pen, picture, shape, palette, hasLabels);
}

function paintShape(pen: Pen, picture: Picture, shape: Shape, palette: Palette, hasLabels: boolean): void {
  pen.save();
  toShape(pen, picture, shape);
  const [width, height] = [shape.width * picture.k, shape.height * picture.k];
  traceShape(pen, shape, picture.k);
  pen.fillStyle = css(shape.label ? palette.stage : palette.floor);
  pen.fill();
  pen.strokeStyle = css(palette.edge);
  pen.lineWidth = picture.ratio;
  pen.stroke();
  if (shape.label && hasLabels) paintLabel(pen, picture, shape.label, { width, height }, palette);
  pen.restore();
}

/** From now on the pen's origin is the shape's middle, and the pen is turned as the shape is. */
export function toShape(pen: Pen, { k, tx, ty }: Picture, { x, y, width, height, rotation }: Shape): void {
  pen.translate((x + width / 2) * k + tx, (y + height / 2) * k + ty);
  pen.rotate((rotation * Math.PI) / 180);
}

export function traceShape(pen: Pen, { width, height, round }: Shape, k: number, grown = 0): void {
  const [w, h] = [width * k + 2 * grown, height * k + 2 * grown];
  pen.beginPath();
  if (round) pen.ellipse(0, 0, w / 2, h / 2, 0, 0, 2 * Math.PI);
  else pen.roundRect(-w / 2, -h / 2, w, h, Math.min(w, h) * 0.12);
}

/** On what is taller than wide, a bar at the side, say, a label is turned where it fits that way only. */
function paintLabel(pen: Pen, { ratio }: Picture, label: string, room: Size, { ink }: Palette): void {
  const { width, height } = room;
  const wordings = labelSizes(height, ratio).flatMap((px) => {
    const lineOf = (text: string): Line => ({ text, px, weight: 500, color: ink });
    return oneLineOrTwo(label).map((lines) => lines.map(lineOf));
  });
  const upright = firstThatFits(pen, wordings, (w, h) => w <= width * 0.92 && h <= height);
  if (upright.length) return write(pen, upright, 0, 0);
  const turned = firstThatFits(pen, wordings, (w, h) => w <= height * 0.92 && h <= width);
  pen.rotate(-Math.PI / 2);
  write(pen, turned, 0, 0);
}

/** The size that looks best on a shape of this height, and two smaller ones. */
function labelSizes(height: number, ratio: number): number[] {
  const [least, most] = [LABEL_MIN_PX * ratio, LABEL_MAX_PX * ratio];
  const best = Math.min(most, Math.max(least, height * 0.2, Math.min(height * 0.5, 13 * ratio)));
  return [best, Math.max(least, best * 0.8), least];
}
