/** What the browser alone can say: system colours as numbers, and whether things may move. */

/** What the browser makes of a colour, asked of an element in the document; its own colour is spent on that. */
export function resolveColor(element: HTMLElement, color: string): string {
  element.style.color = color;
  return getComputedStyle(element).color;
}

export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Calls back whenever a CSS pixel comes to be made of another number of device pixels: on another screen, say. */
export function watchDensity(changed: () => void, signal: AbortSignal): void {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  const again = () => {
    if (signal.aborted) return;
    changed();
    watchDensity(changed, signal);
  };
  query.addEventListener("change", again, { once: true, signal });
}

/** An element of the map, made by the host's document. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  host: Node, name: Name, className: string,
): HTMLElementTagNameMap[Name] {
  const made = host.ownerDocument!.createElement(name);
  made.className = className;
  return made;
}
