/** The draw's languages besides English. Each is a module beside the draw's, loaded when a page speaks it. */
import type { DrawWords } from "./draw-en.js";

/** By the language's subtag. */
export const drawLanguages: Partial<Record<string, () => Promise<{ words: DrawWords }>>> = {
  ar: () => import("./draw-ar.js"),
  de: () => import("./draw-de.js"),
  es: () => import("./draw-es.js"),
  fr: () => import("./draw-fr.js"),
};
