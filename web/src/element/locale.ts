/** The locale for numbers and times, out of whatever a page says its language is. */

/** The first that is a language tag; templates often write `en_US`, which is none. */
export function localeOf(...candidates: (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    const [tag] = canonical(candidate?.replaceAll("_", "-") ?? "");
    if (tag) return tag;
  }
  return "en";
}

function canonical(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag || []);
  } catch {
    return [];
  }
}

/** A node and all that it is in, through shadow roots, up to the document. */
export function* around(node: Node): Generator<Node> {
  for (let each: Node | null | undefined = node; each; each = each.parentNode ?? (each as ShadowRoot).host) yield each;
}
