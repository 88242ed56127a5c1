/** Colours as numbers, and how well they are told apart, by the formula of WCAG 2. */

export type Rgb = readonly [number, number, number];

/** What WCAG asks for graphics. */
export const GRAPHICS = 3;

/** `#rgb`, `#rrggbb`, or what a browser computes, `rgb(1, 2, 3)`; null for anything else. */
export function parseColor(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (hex) {
    const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    return digits.map((two) => parseInt(two, 16)) as unknown as Rgb;
  }
  const [, r, g, b] = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(color) ?? [];
  return b === undefined ? null : [Number(r), Number(g), Number(b)];
}

export function toHex(color: Rgb): string {
  const two = (part: number) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, "0");
  return `#${color.map(two).join("")}`;
}

export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1, not to be told apart, to 21, black on white. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `share` of 0 is `a`, 1 is `b`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((n) => a[n]! + (b[n]! - a[n]!) * share) as unknown as Rgb;
}

const BLACK_OR_WHITE: readonly Rgb[] = [[0, 0, 0], [255, 255, 255]];

/** Whichever of these inks is read best on a colour. */
export function inkOn(color: Rgb, inks: readonly Rgb[] = BLACK_OR_WHITE): Rgb {
  return inks.reduce((best, ink) => (contrast(ink, color) > contrast(best, color) ? ink : best));
}

/** The colour of the same hue and the nearest lightness that is told from all of these. */
export function legible(color: Rgb, backgrounds: readonly Rgb[], ratio = GRAPHICS): Rgb {
  const isTold = (candidate: Rgb) => backgrounds.every((each) => contrast(rounded(candidate), each) >= ratio);
  if (isTold(color)) return color;
  const [hue, saturation, lightness] = toHsl(color);
  for (let step = 1; step <= 200; step += 1) {
    for (const next of [lightness - step / 200, lightness + step / 200]) {
      const candidate = fromHsl([hue, saturation, next]);
      if (next >= 0 && next <= 1 && isTold(candidate)) return rounded(candidate);
    }
  }
  return inkOn(backgrounds[0] ?? [255, 255, 255]);
}

function rounded(color: Rgb): Rgb {
  return color.map(Math.round) as unknown as Rgb;
}

/** Hue from 0 to 6, saturation and lightness from 0 to 1. */
function toHsl(color: Rgb): Rgb {
  const [r, g, b] = color.map((part) => part / 255) as unknown as Rgb;
  const [low, high] = [Math.min(r, g, b), Math.max(r, g, b)];
  const [span, lightness] = [high - low, (high + low) / 2];
  if (span === 0) return [0, 0, lightness];
  const saturation = span / (1 - Math.abs(2 * lightness - 1));
  if (high === r) return [((g - b) / span + 6) % 6, saturation, lightness];
  return [high === g ? (b - r) / span + 2 : (r - g) / span + 4, saturation, lightness];
}

function fromHsl([hue, saturation, lightness]: Rgb): Rgb {
  const part = (n: number) => {
    const at = (n + hue * 2) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
  };
  return [part(0), part(8), part(4)];
}
