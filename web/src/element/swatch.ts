/** The sign that the map draws for a look, by the same painter, on a canvas of the legend. */
import { noChange } from "lit/html.js";
import { Directive, directive, type ElementPart } from "lit/directive.js";
import { resolveColor } from "../map/probe.js";
import { paintSample } from "../map/sample.js";
import type { Theme } from "../map/theme.js";
import type { Look } from "../venue/look.js";
import type { Category } from "../venue/plan.js";

const SIDE_PX = 16;

class Swatch extends Directive {
  #painted: unknown[] = [];

  render(_look: Look, _category: Category | null, _theme: Theme): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, wanted: [Look, Category | null, Theme]): unknown {
    if (wanted.some((each, n) => each !== this.#painted[n])) {
      this.#painted = wanted;
      const [look, category, theme] = wanted;
      const canvas = element as HTMLCanvasElement;
      const resolve = (color: string) => resolveColor(canvas, color);
      // The browser knows what its own colours are only once the canvas is in the document.
      queueMicrotask(() => paintSample(canvas, { look, theme, px: SIDE_PX, resolve, ...(category && { category }) }));
    }
    return noChange;
  }
}

export const swatch = directive(Swatch);
