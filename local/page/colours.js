// The colours of the map, which are named in the style sheet.

const NAMES = ["ink", "card", "soft", "line", "floor", "stage", "held", "booked", "booked-bed"];

export const colours = {};

/** Takes the page's colours from its style sheet, again whenever the scheme changes. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  NAMES.forEach((name) => (colours[name] = style.getPropertyValue(`--${name}`).trim()));
}
