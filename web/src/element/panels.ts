/** What stands above the map: templates that show a state and call back, and hold none of their own. */
import { html, type TemplateResult } from "lit/html.js";
import { icon, type Icon } from "./icons.js";
import type { Speech } from "./speech.js";

export interface MapActions {
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  showAll(): void;
}

const ZOOM = 1.6;
const PAN_PX = 120;

export function mapBar({ words }: Speech, isPaused: boolean, act: MapActions, pause: () => void): TemplateResult {
  const button = (name: string, sign: Icon, press: () => void) =>
    html`<button type="button" aria-label=${name} title=${name} @click=${press}>${icon(sign)}</button>`;
  return html`
    ${button(words.zoomIn, "plus", () => act.zoomBy(ZOOM))}
    ${button(words.zoomOut, "minus", () => act.zoomBy(1 / ZOOM))}
    <button type="button" @click=${() => act.showAll()}>${words.showAll}</button>
    <span class="pan">
      ${button(words.panLeft, "left", () => act.panBy(-PAN_PX, 0))}
      ${button(words.panUp, "up", () => act.panBy(0, -PAN_PX))}
      ${button(words.panDown, "down", () => act.panBy(0, PAN_PX))}
      ${button(words.panRight, "right", () => act.panBy(PAN_PX, 0))}
    </span>
    <button type="button" aria-pressed=${isPaused} @click=${pause}>${words.pause}</button>`;
}

/** By the names that the words have for it. */
export type Liveness = "loading" | "live" | "paused" | "stale" | "offline";

export function livePill({ words }: Speech, liveness: Liveness): TemplateResult {
  return html`<span class="pill" data-state=${liveness}>${words[liveness]}</span>`;
}
