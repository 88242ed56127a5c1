/** What there is to show, and whose browser this is: the local stack makes up a buyer for each visitor. */

export interface Demo {
  /** One that is `soldBy` the shop can be held here as everywhere, and is confirmed by the shop's server alone. */
  events: { eventId: string; name: string; soldBy?: "shop" }[];
  /** Where the demo shop is, if it runs. */
  shopUrl?: string;
  buyerToken: string;
  webSocketUrl: string;
}

/** `who`: a page that shows more than one buyer keeps each by another name. */
export async function readDemo(who = "holdfast-token"): Promise<Demo> {
  const answer = await fetch("/demo.json", { cache: "no-store" });
  const demo = (await answer.json()) as Demo;
  return { ...demo, buyerToken: await keptToken(who, demo.buyerToken) };
}

/** Every /demo.json names a new buyer. A tab stays the first one while it can: a reload must not lose its seats. */
async function keptToken(who: string, fresh: string): Promise<string> {
  const kept = sessionStorage.getItem(who);
  if (kept) {
    const answer = await fetch("/seat-booking/holds", { headers: { authorization: `Bearer ${kept}` } });
    if (answer.status !== 401) return kept;
  }
  sessionStorage.setItem(who, fresh);
  return fresh;
}
