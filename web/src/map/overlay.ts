/** Paints what lies over the picture and moves with every frame: halos, the ring of focus, what the mouse is on. */
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Halo } from "./halos.js";
import { toShape, traceShape } from "./scenery.js";
import { traceEdge } from "./section-painter.js";
import type { Scene } from "./scene.js";
import type { Target } from "./target.js";
import { css } from "./text.js";

export interface Over {
  halos: readonly Halo[];
  focus: number | null;
  hovered: Target | null;
}

/** `picture` is of the view itself, without a margin; the pen's canvas is empty. */
export function paintOverlay(pen: Pen, picture: Picture, scene: Scene, over: Over): void {
  if (over.hovered) paintHovered(pen, picture, scene, over.hovered);
  paintHalos(pen, picture, scene, over.halos);
  if (over.focus !== null) paintFocus(pen, picture, scene, over.focus);
}

function paintHalos(pen: Pen, picture: Picture, { plan, palette }: Scene, halos: readonly Halo[]): void {
  const { k, tx, ty, ratio } = picture;
  pen.lineWidth = 1.75 * ratio;
  for (const { seat, age } of halos) {
    const [x, y] = [plan.x[seat]! * k + tx, plan.y[seat]! * k + ty];
    if (x < 0 || y < 0 || x > picture.width || y > picture.height) continue;
    const radius = Math.max(plan.w[seat]! * k * 0.62, 4 * ratio) + (4 + 7 * age) * ratio * age;
    pen.strokeStyle = css(palette.halo, 0.9 * (1 - age));
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
}

/** Two rings, so that it is seen on any colour. */
function paintFocus(pen: Pen, picture: Picture, scene: Scene, seat: number): void {
  const { palette } = scene;
  for (const [width, color] of [[6, palette.surface], [3, palette.focus]] as const) {
    traceSeat(pen, picture, scene, seat, 3.5);
    pen.strokeStyle = css(color);
    pen.lineWidth = width * picture.ratio;
    pen.stroke();
  }
}

function paintHovered(pen: Pen, picture: Picture, scene: Scene, hovered: Target): void {
  const { plan, palette, sections } = scene;
  const { k, tx, ty, ratio } = picture;
  pen.strokeStyle = css(palette.ink);
  pen.lineWidth = 2 * ratio;
  pen.lineJoin = "round";
  if (hovered.kind === "seat") return strokeWith(pen, () => traceSeat(pen, picture, scene, hovered.seat, 1.5));
  if (hovered.kind === "area") {
    const { x, y, width, height } = plan.areas[hovered.area]!;
    pen.beginPath();
    pen.roundRect(x * k + tx, y * k + ty, width * k, height * k, Math.min(10 * ratio, Math.min(width, height) * k * 0.12));
    return pen.stroke();
  }
  if (hovered.kind === "section") return strokeWith(pen, () => traceEdge(pen, picture, sections[hovered.section]!));
  pen.save();
  toShape(pen, picture, plan.tables[hovered.table]!);
  traceShape(pen, plan.tables[hovered.table]!, k, ratio);
  pen.stroke();
  pen.restore();
}

function strokeWith(pen: Pen, trace: () => void): void {
  trace();
  pen.stroke();
}

/** A seat's edge, `away` CSS pixels outside of it. */
function traceSeat(pen: Pen, { k, tx, ty, ratio }: Picture, { plan }: Scene, seat: number, away: number): void {
  const [cos, sin] = [plan.cos[seat]!, plan.sin[seat]!];
  const [w, h] = [plan.w[seat]! * k + 2 * away * ratio, plan.h[seat]! * k + 2 * away * ratio];
  pen.save();
  pen.transform(cos, sin, -sin, cos, plan.x[seat]! * k + tx, plan.y[seat]! * k + ty);
  pen.beginPath();
  pen.roundRect(-w / 2, -h / 2, w, h, Math.min(w, h) * 0.24);
  pen.restore();
}
