/** What drawing costs here, with `?debug` in the address: read off the marks that the map leaves in the browser's timeline. */
import { made } from "./dom.js";

const SHOW_MS = 1_000;

export function showFigures(list: HTMLElement): void {
  const frames: number[] = [];
  let before = performance.now();
  const frame = (now: number) => {
    frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  list.hidden = false;
  setInterval(() => {
    const figures = [...measures(), ...intervals(frames.splice(0))];
    list.replaceChildren(...figures.flatMap(([name, value]) => [made("dt", { textContent: name }), made("dd", { textContent: value })]));
  }, SHOW_MS);
}

/** The last of each measure that the map takes, in milliseconds. */
function measures(): [string, string][] {
  const taken = performance.getEntriesByType("measure").filter(({ name }) => name.startsWith("seat-map:"));
  const last = new Map(taken.map(({ name, duration }) => [name.slice("seat-map:".length), `${duration.toFixed(1)} ms`]));
  return [...last];
}

function intervals(frames: number[]): [string, string][] {
  const sorted = frames.sort((a, b) => a - b);
  const at = (part: number) => `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)} ms`;
  return [["frames in the last second", String(sorted.length)], ["frame interval, median", at(0.5)], ["frame interval, p95", at(0.95)]];
}
