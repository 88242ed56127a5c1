/** The few things that the list does with nodes. What has not changed is not written: that would cost layout. */

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Null takes the attribute away. */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The element that has the focus, inside whatever tree the host is in. */
export function focusedIn(host: Element): Element | null {
  const { activeElement } = host.getRootNode() as Document | ShadowRoot;
  return host.contains(activeElement) ? activeElement : null;
}

/** Scrolls a part of the scroller to its top, where it cannot be seen now. The page around it stays where it is. */
export function reveal(scroller: Element, part: Element): void {
  const [frame, { top, bottom }] = [scroller.getBoundingClientRect(), part.getBoundingClientRect()];
  if (top < frame.top || bottom > frame.bottom) scroller.scrollTop += top - frame.top;
}
