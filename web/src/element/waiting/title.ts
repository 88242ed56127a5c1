/** A word before the page's title, for whoever looks at another tab. */

/**
 * Puts a flag before the title until somebody looks at the page; nothing where somebody does. Returns what takes it away
 * before that. Only the flag is taken away: the page may have another title by then.
 */
export function flagTitle(flag: string, page: Document = document): () => void {
  const life = new AbortController();
  const { signal } = life;
  const isSeen = () => page.visibilityState === "visible" && page.hasFocus();
  const lower = () => {
    if (!signal.aborted && page.title.startsWith(flag)) page.title = page.title.slice(flag.length).trim();
    life.abort();
  };
  const look = () => isSeen() && lower();
  if (isSeen()) return () => {};
  page.title = `${flag} ${page.title}`;
  page.addEventListener("visibilitychange", look, { signal });
  page.defaultView!.addEventListener("focus", look, { signal });
  return lower;
}
