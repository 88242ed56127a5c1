/** The way to the demo shop, where the stack runs one: what it sells is not for the buyers of this page to confirm. */
import type { Demo } from "./demo.js";
import { $ } from "./dom.js";

export function showShop({ events, shopUrl }: Demo): void {
  const sold = events.find(({ soldBy }) => soldBy === "shop");
  if (!sold || !shopUrl) return;
  const link = $("shop") as HTMLAnchorElement;
  link.href = shopUrl;
  link.hidden = false;
  $("shop-event").textContent = sold.name;
}
