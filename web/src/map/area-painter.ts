/** Paints standing room: its floor in its category's colour, its name, how much is free, and what of it is ours. */
import type { Area } from "../venue/area.js";
import { count } from "../words/seat.js";
import { mix, type Rgb } from "./contrast.js";
import type { Palette } from "./palette.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import { css, firstThatFits, write, type Line } from "./text.js";

const TINT = { light: 0.16, dark: 0.24, forced: 0 };
const BAR_PX = 5;

export function paintAreas(pen: Pen, picture: Picture, scene: Scene, hasWords = true): void {
  for (const area of scene.venue.areas) paintArea(pen, picture, scene, area, hasWords);
}

function paintArea(pen: Pen, picture: Picture, scene: Scene, area: Area, hasWords: boolean): void {
  const { palette, venue } = scene;
  const { k, tx, ty, ratio } = picture;
  const { category, capacity } = area.plan;
  const free = area.counts(venue.priceOf(category) !== null).available;
  const [x, y, width, height] = [area.plan.x * k + tx, area.plan.y * k + ty, area.plan.width * k, area.plan.height * k];
  const color = free > 0 ? palette.edges[Math.min(category, palette.edges.length - 1)]! : palette.blocked;
  pen.beginPath();
  pen.roundRect(x, y, width, height, Math.min(10 * ratio, Math.min(width, height) * 0.12));
  pen.fillStyle = css(mix(palette.surface, color, TINT[palette.name]));
  pen.fill();
  pen.strokeStyle = css(color);
  pen.lineWidth = 2 * ratio;
  pen.stroke();
  if (!hasWords) return;
  paintWords(pen, picture, scene, area, { x, y, width, height, free });
  const hasRoomForBar = height > 64 * ratio && width > 90 * ratio;
  const bar = { x, y: y + height - 16 * ratio, width, ratio };
  if (hasRoomForBar) paintBar(pen, bar, color, palette.bookedBed, free / capacity);
}

interface Room { x: number; y: number; width: number; height: number; free: number }

function paintWords(pen: Pen, { ratio }: Picture, scene: Scene, area: Area, room: Room): void {
  const { words, locale, palette, venue } = scene;
  const { x, y, width, height, free } = room;
  const px = Math.min(20 * ratio, Math.max(12 * ratio, height * 0.16));
  const { mine, bought } = venue.ownPlaces(area);
  const name: Line = { text: area.plan.name, px, weight: 650, color: palette.ink };
  const smaller = Math.max(11.5 * ratio, px * 0.78);
  const worded: Line = { text: words.freeCount(count(free, locale)), px: smaller, color: palette.soft };
  const own = mine + bought > 0 ? words.yours(count(mine + bought, locale)) : "";
  const pill = ownLine(palette, own, smaller, bought > 0 && mine === 0);
  const small = (line: Line): Line => ({ ...line, px: 11 * ratio });
  const wordings = own ? [[name, worded, pill], [name, pill], [small(name), small(pill)], [pill], [small(pill)]] : [];
  wordings.push([name, worded], [small(name), small(worded)], [name], [small(name)], [small(worded)]);
  const lines = firstThatFits(pen, wordings, (w, h) => w <= width * 0.9 && h <= height * 0.86);
  write(pen, lines, x + width / 2, y + height / 2);
}

/** As everywhere, what is ours is dark on light, or light on dark. */
export function ownLine(palette: Palette, text: string, px: number, isBought = false): Line {
  const [color, pill] = isBought ? [palette.boughtInk, palette.bought] : [palette.mineInk, palette.mine];
  return { text, px, lead: px * 0.35, weight: 600, color, pill };
}

/** How much is free, at a glance. */
function paintBar(
  pen: Pen,
  at: { x: number; y: number; width: number; ratio: number },
  color: Rgb,
  bed: Rgb,
  share: number,
): void {
  const [width, height] = [Math.min(at.width * 0.5, 220 * at.ratio), BAR_PX * at.ratio];
  const left = at.x + (at.width - width) / 2;
  for (const [length, fill] of [[width, bed], [width * share, color]] as const) {
    if (length <= 0) continue;
    pen.beginPath();
    pen.roundRect(left, at.y, Math.max(length, height), height, height / 2);
    pen.fillStyle = css(fill);
    pen.fill();
  }
}
