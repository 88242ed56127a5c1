/** The languages besides English. Each is a module beside the element's, loaded when a page speaks it. */
import type { Words } from "./en.js";

/** By the language's subtag. */
export const languages: Partial<Record<string, () => Promise<{ words: Words }>>> = {
  ar: () => import("./ar.js"),
  de: () => import("./de.js"),
  es: () => import("./es.js"),
  fr: () => import("./fr.js"),
};
