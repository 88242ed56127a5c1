/** Paints the overview: sections as outlines, coloured by category and by how much of each is free. */
import { count } from "../words/seat.js";
import { ownLine } from "./area-painter.js";
import { inkOn, mix, type Rgb } from "./contrast.js";
import type { Palette } from "./palette.js";
import { isInside } from "./outline.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import type { SectionShape } from "./sections.js";
import { css, firstThatFits, write, type Line } from "./text.js";

/** Of the category's colour, where hardly anything is left, and where all is. */
const FAINTEST = 0.14;
const FULLEST = 0.62;
/** Where a filter leaves out all of it. */
const DIMMED = 0.3;
const NAME_PX = 14;
/** Left free beside a name, both sides together. */
const MARGIN_PX = 7;
const COUNT_PX = 11.5;

export function paintSections(pen: Pen, picture: Picture, scene: Scene): void {
  for (const shape of scene.sections) {
    if (!isSeen(picture, shape)) continue;
    pen.globalAlpha = scene.states.wanted[shape.index] === 0 ? DIMMED : 1;
    paintSection(pen, picture, scene, shape);
    paintName(pen, picture, scene, shape);
  }
  pen.globalAlpha = 1;
}

function isSeen({ k, tx, ty, width, height }: Picture, { section: { box }, pad }: SectionShape): boolean {
  const [left, top] = [(box.x - pad) * k + tx, (box.y - pad) * k + ty];
  return left < width && top < height && left + (box.width + 2 * pad) * k > 0 && top + (box.height + 2 * pad) * k > 0;
}

/** The stronger its colour, the more of a section is free. */
export function fillOf({ palette, states }: Scene, { index, section, category }: SectionShape): Rgb {
  const share = states.free[index]! / Math.max(1, section.seats.length);
  if (share === 0) return palette.bookedBed;
  return mix(palette.surface, edgeOf(palette, category), FAINTEST + (FULLEST - FAINTEST) * share);
}

function edgeOf(palette: Palette, category: number): Rgb {
  return palette.edges[Math.min(category, palette.edges.length - 1)]!;
}

function paintSection(pen: Pen, picture: Picture, scene: Scene, shape: SectionShape): void {
  const isEmpty = scene.states.free[shape.index] === 0;
  traceEdge(pen, picture, shape);
  pen.fillStyle = css(fillOf(scene, shape));
  pen.fill();
  pen.strokeStyle = css(isEmpty ? scene.palette.blocked : edgeOf(scene.palette, shape.category));
  pen.lineWidth = 1.5 * picture.ratio;
  pen.lineJoin = "round";
  pen.stroke();
}

export function traceEdge(pen: Pen, { k, tx, ty }: Picture, { edge }: SectionShape): void {
  pen.beginPath();
  for (const { x, y } of edge) pen.lineTo(x * k + tx, y * k + ty);
  pen.closePath();
}

function paintName(pen: Pen, picture: Picture, scene: Scene, shape: SectionShape): void {
  const { k, tx, ty, ratio } = picture;
  const { words, locale, states, palette } = scene;
  const color = inkOn(fillOf(scene, shape), [palette.ink, palette.surface]);
  const name: Line = { text: shape.section.name, px: NAME_PX * ratio, weight: 650, color };
  const free = count(states.free[shape.index]!, locale);
  const bare: Line = { text: String(free), px: COUNT_PX * ratio, color };
  const worded: Line = { ...bare, text: words.freeCount(free) };
  const smaller = (line: Line): Line => ({ ...line, px: 10 * ratio });
  const own = states.own[shape.index]!;
  const pill = ownLine(palette, words.yours(count(own, locale)), COUNT_PX * ratio);
  const withOwn = own > 0 ? [[name, worded, pill], [name, pill], [smaller(name), smaller(pill)], [smaller(pill)]] : [];
  const wordings = [...withOwn, [name, worded], [name, bare], [smaller(name), smaller(bare)], [name], [smaller(name)]];
  const isFitting = (width: number, height: number) => hasRoom(shape, (width + MARGIN_PX * ratio) / k, height / k);
  write(pen, firstThatFits(pen, wordings, isFitting), shape.middle.x * k + tx, shape.middle.y * k + ty);
}

/** Whether a label around the section's middle stays inside; sizes in the plan's units. */
function hasRoom({ edge, middle }: SectionShape, width: number, height: number): boolean {
  const [dx, dy] = [width / 2, height / 2];
  const corners = [[-dx, -dy], [dx, -dy], [dx, dy], [-dx, dy]] as const;
  return corners.every(([x, y]) => isInside(edge, { x: middle.x + x, y: middle.y + y }));
}
