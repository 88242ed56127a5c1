// How the rest of a venue looks: tables, stages, floors, and areas where people stand.

import { colours } from "./colours.js";

const AREA_TINT = 0.3;

/** A table, a stage or the floor they stand on. */
export function paintItem(pen, item, scale) {
  const { x: width, y: height } = item.size;
  pen.save();
  pen.translate(item.pos.x + width / 2, item.pos.y + height / 2);
  pen.rotate(((item.rot ?? 0) * Math.PI) / 180);
  pen.beginPath();
  if (item.shp === "round") pen.ellipse(0, 0, width / 2, height / 2, 0, 0, 2 * Math.PI);
  else pen.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) * 0.12);
  pen.fillStyle = item.type === "table" || item.lbl ? colours.stage : colours.floor;
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1 / scale;
  pen.fill();
  pen.stroke();
  if (item.lbl) paintLabel(pen, oneLineOrTwo(item.lbl), { width, height, scale });
  pen.restore();
}

/** An area in its category's colour, with its name, how much of it is free, and what is ours. */
export function paintArea(pen, area, scale) {
  const { width, height, capacity, category } = area;
  const counts = area.counts();
  const colour = category?.color ?? colours.soft;
  pen.save();
  pen.translate(area.x + width / 2, area.y + height / 2);
  pen.beginPath();
  pen.roundRect(-width / 2, -height / 2, width, height, Math.min(width, height) * 0.06);
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 2 / scale;
  pen.stroke();
  pen.globalAlpha = AREA_TINT;
  pen.fill();
  pen.globalAlpha = 1;
  const free = `${counts.available.toLocaleString()} / ${capacity.toLocaleString()}`;
  const own = [counts.mine && `${counts.mine} held by you`, counts.bought && `${counts.bought} yours`];
  const ours = own.filter(Boolean).join(", ");
  const forms = [[area.name, free], [`${area.name} ${free}`], [free]];
  paintLabel(pen, ours ? [[area.name, free, ours], ...forms] : forms, { width, height, scale });
  pen.restore();
}

function oneLineOrTwo(text) {
  const words = text.split(" ");
  const cuts = words.slice(1).map((_, n) => [words.slice(0, n + 1).join(" "), words.slice(n + 1).join(" ")]);
  return [[text], ...cuts];
}

/** The lines of whichever form fits first; nothing where all would spill over. */
function paintLabel(pen, forms, { width, height, scale }) {
  const px = Math.min(15, Math.max(9, height * scale * 0.22));
  const depth = (px * 1.15) / scale;
  pen.font = `${px / scale}px system-ui, sans-serif`;
  pen.fillStyle = colours.ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const fits = (lines) =>
    depth * lines.length <= height && lines.every((each) => pen.measureText(each).width <= width * 0.9);
  const lines = forms.find(fits) ?? [];
  lines.forEach((each, n) => pen.fillText(each, 0, (n - (lines.length - 1) / 2) * depth));
}
