/** Text on the canvas: fonts, and the first of several wordings that fits. */
import type { Rgb } from "./contrast.js";
import type { Pen } from "./pen.js";

const FAMILY = `system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;
const LINE = 1.28;

export interface Line {
  text: string;
  /** Height of the letters' square, in device pixels. */
  px: number;
  weight?: number;
  /** Room left above it. */
  lead?: number;
  /** The colour of a pill behind it. */
  pill?: Rgb;
  color: Rgb;
}

export function fontOf(px: number, weight = 400): string {
  return `${weight} ${px}px ${FAMILY}`;
}

export function css(color: Rgb, alpha = 1): string {
  return `rgb(${color.map(Math.round).join(" ")} / ${alpha})`;
}

/** How high some lines are together, in device pixels. */
export function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { px, lead = 0 }) => sum + px * LINE + lead, 0);
}

export function widthOf(pen: Pen, lines: readonly Line[]): number {
  return lines.reduce((widest, { text, px, weight }) => {
    pen.font = fontOf(px, weight);
    return Math.max(widest, pen.measureText(text).width);
  }, 0);
}

/** The first wording whose lines all fit; none where none does. */
export function firstThatFits(
  pen: Pen,
  wordings: readonly (readonly Line[])[],
  isFitting: (width: number, height: number) => boolean,
): readonly Line[] {
  return wordings.find((lines) => isFitting(widthOf(pen, lines), heightOf(lines))) ?? [];
}

/** Writes lines below each other, around a middle. */
export function write(pen: Pen, lines: readonly Line[], x: number, y: number): void {
  let top = y - heightOf(lines) / 2;
  for (const line of lines) {
    const { text, px, weight, lead = 0, pill, color } = line;
    top += lead;
    if (pill) paintPill(pen, line, x, top, pill);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = fontOf(px, weight);
    pen.fillStyle = css(color);
    pen.fillText(text, x, top + (px * LINE) / 2);
    top += px * LINE;
  }
}

function paintPill(pen: Pen, line: Line, x: number, top: number, pill: Rgb): void {
  const height = line.px * LINE;
  const width = widthOf(pen, [line]) + height * 0.8;
  pen.beginPath();
  pen.roundRect(x - width / 2, top, width, height, height / 2);
  pen.fillStyle = css(pill);
  pen.fill();
}

/** All ways to write a few words on one line or two. */
export function oneLineOrTwo(text: string): string[][] {
  const words = text.split(" ");
  const cuts = words.slice(1).map((_, n) => [words.slice(0, n + 1).join(" "), words.slice(n + 1).join(" ")]);
  return [[text], ...cuts];
}
