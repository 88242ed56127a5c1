/** Writes numbers on free seats that are large enough to be read. Upright, whichever way the seat is turned. */
import { LOOKS } from "../venue/look.js";
import { hasRoomForNumber } from "./glyph.js";
import type { Pen } from "./pen.js";
import type { Picture } from "./picture.js";
import type { Scene } from "./scene.js";
import { css, fontOf } from "./text.js";

/** Of a seat's side on the screen. */
export const NUMBERS_FROM_PX = 19;
const SHARE = 0.46;
const LONG_SHARE = 0.36;
const LONG = 3;
const MAX_PX = 18;

export function paintNumbers(
  pen: Pen, picture: Picture, scene: Scene, seats: readonly number[],
): void {
  const { k, tx, ty, ratio } = picture;
  const { plan, states, palette } = scene;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  let [font, fill] = ["", ""];
  for (const seat of seats) {
    const side = Math.min(plan.w[seat]!, plan.h[seat]!) * k;
    const look = LOOKS[states.look[seat]!]!;
    if (side < NUMBERS_FROM_PX * ratio || !hasRoomForNumber(look, plan.accessible[seat] === 1)) continue;
    const text = plan.numbers[seat]!;
    const nextFont = fontOf(Math.round(Math.min(MAX_PX * ratio, side * (text.length < LONG ? SHARE : LONG_SHARE))), 600);
    const ink = palette.inks[Math.min(plan.category[seat]!, palette.inks.length - 1)]!;
    const nextFill = css(ink, states.dimmed[seat] ? 0.35 : 1);
    // Setting what is set already still costs the browser a look at the text.
    if (nextFont !== font) pen.font = font = nextFont;
    if (nextFill !== fill) pen.fillStyle = fill = nextFill;
    const [x, y] = [plan.x[seat]! * k + tx, plan.y[seat]! * k + ty + side * 0.03];
    if (text.length < LONG) pen.fillText(text, x, y);
    else pen.fillText(text, x, y, side * 0.84);
  }
}
