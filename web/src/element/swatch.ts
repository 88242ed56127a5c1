/** The signs that the map draws for looks, by the same painter, on the canvases of the legend. */
import { resolveColor } from "../map/probe.js";
import { paintSample } from "../map/sample.js";
import type { Theme } from "../map/theme.js";
import type { Look } from "../venue/look.js";
import type { Plan } from "../venue/plan.js";

const SIDE_PX = 16;
/** With what each canvas was painted last: the legend is rendered with every count, and its signs rarely change. */
const painted = new WeakMap<HTMLCanvasElement, { plan: Plan; theme: Theme }>();

/** Paints each canvas that names a look, and perhaps a category by its index. */
export function paintSwatches(legend: HTMLElement, plan: Plan, theme: Theme): void {
  for (const canvas of legend.querySelectorAll("canvas")) {
    const before = painted.get(canvas);
    if (before?.plan === plan && before.theme === theme) continue;
    painted.set(canvas, { plan, theme });
    const category = plan.categories[Number(canvas.dataset.category)];
    const resolve = (color: string) => resolveColor(canvas, color);
    paintSample(canvas, { look: canvas.dataset.look as Look, theme, px: SIDE_PX, resolve, ...(category && { category }) });
  }
}
