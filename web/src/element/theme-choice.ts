/** Which of the map's themes goes with the element's `theme` and with what the reader has set. */
import { dark, forced, light, type Theme } from "../map/theme.js";

const DARK = "(prefers-color-scheme: dark)";
const FORCED = "(forced-colors: active)";

export function chooseTheme(wanted: string, matches: (query: string) => boolean): Theme {
  if (matches(FORCED)) return forced;
  if (wanted === "dark" || (wanted !== "light" && matches(DARK))) return dark;
  return light;
}

/** Calls back when what the reader has set changes; ends with `signal`. */
export function watchThemes(changed: () => void, signal: AbortSignal): void {
  for (const query of [DARK, FORCED]) matchMedia(query).addEventListener("change", changed, { signal });
}
