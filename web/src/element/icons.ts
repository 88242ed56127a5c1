/** Signs on buttons, drawn: a character would be read as text, which it is not. Each button says its name besides. */
import { svg, html, type TemplateResult } from "lit/html.js";

const PATHS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  left: "M13 8H3M7 4 3 8l4 4",
  right: "M3 8h10M9 4l4 4-4 4",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  cross: "M4 4l8 8M12 4l-8 8",
};

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${PATHS[name]}></path>`}</svg>`;
}
