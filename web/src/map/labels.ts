/** Writes names of sections above their seats, and of rows at both of their ends, wherever no seat is in the way. */
import type { Box } from "../venue/plan.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import { widthOf, write, type Line } from "./text.js";

const ROW_FROM_PX = 13;
const ROW_PX = 10.5;
const SECTION_PX = 13;

export function paintRows(pen: Pen, picture: Picture, scene: Scene): void {
  const { k, tx, ty, ratio } = picture;
  if (scene.seatSize * k < ROW_FROM_PX * ratio) return;
  const px = ROW_PX * ratio;
  for (const { name, ends } of scene.rows) {
    for (const end of ends) {
      const step = end.half + (px * (0.7 + 0.3 * name.length * Math.abs(end.dx))) / k;
      const at = { x: end.x + end.dx * step, y: end.y + end.dy * step };
      const [left, top] = [at.x * k + tx, at.y * k + ty];
      if (left < 0 || top < 0 || left > picture.width || top > picture.height) continue;
      if (scene.index.at(at, (px * 0.4) / k) >= 0) continue;
      write(pen, [{ text: name, px, weight: 600, color: scene.palette.soft }], left, top);
    }
  }
}

export function paintSectionNames(pen: Pen, picture: Picture, scene: Scene): void {
  const { k, tx, ty, ratio } = picture;
  // Letters of rows that end at the top stand there already.
  const lift = scene.seatSize * k < ROW_FROM_PX * ratio ? 0 : (ROW_PX * 1.6 * ratio) / k;
  for (const { section, pad, middle } of scene.sections) {
    const line: Line = { text: section.name, px: SECTION_PX * ratio, weight: 650, color: scene.palette.ink };
    const [width, height] = [widthOf(pen, [line]) / k, line.px / k];
    const x = Math.min(section.box.x + section.box.width, Math.max(section.box.x, middle.x));
    const y = section.box.y - pad * 0.3 - lift - height / 2;
    if (isTaken(scene, { x: x - width / 2, y: y - height / 2, width, height: height * 0.9 })) continue;
    write(pen, [line], x * k + tx, y * k + ty);
  }
}

/** Whether a seat is where a label would be. */
function isTaken({ index }: Scene, box: Box): boolean {
  return index.within(box).length > 0;
}
