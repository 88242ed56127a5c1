/** The command that holds two seats from a terminal, and the event's addresses. */
import type { Demo } from "./demo.js";
import { $ } from "./dom.js";

const SEATS_IN_COMMAND = 2;

interface Layout {
  layout: { id: string; version: number };
  seats: { id: string; status: string; accessible?: boolean }[];
}

async function readLayout(eventId: string): Promise<Layout> {
  const answer = await fetch(`/seat-booking/layout/${encodeURIComponent(eventId)}`);
  return ((await answer.json()) as { data: Layout }).data;
}

export async function showFacts(demo: Demo, eventId: string): Promise<void> {
  const { layout } = await readLayout(eventId);
  $("fact-event").textContent = eventId;
  $("fact-plan").textContent = `${location.origin}/seat-booking/plans/${encodeURIComponent(layout.id)}/${layout.version}`;
  $("fact-availability").textContent = `${location.origin}/seat-booking/availability/${encodeURIComponent(eventId)}`;
  $("fact-socket").textContent = demo.webSocketUrl;
  $("fact-join").textContent = JSON.stringify({ action: "join", eventId });
}

export async function showCommand(demo: Demo, eventId: string): Promise<void> {
  const { seats } = await readLayout(eventId);
  const free = seats.filter(({ status, accessible }) => status === "available" && !accessible);
  const seatIds = free.slice(0, SEATS_IN_COMMAND).map(({ id }) => id);
  const text = seatIds.length ? command(demo, eventId, seatIds) : "No seat is free.";
  // A selection in it survives as long as the command stays the same.
  if ($("curl").textContent !== text) $("curl").textContent = text;
  ($("copy") as HTMLButtonElement).disabled = seatIds.length === 0;
}

function command({ buyerToken }: Demo, eventId: string, seatIds: string[]): string {
  return [
    `curl -sS ${quoted(`${location.origin}/seat-booking/hold-seats`)}`,
    `-H ${quoted(`Authorization: Bearer ${buyerToken}`)}`,
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify({ eventId, seatIds }))}`,
  ].join(" \\\n  ");
}

/** As one word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The clipboard is closed to pages that are not on localhost or HTTPS; copying a selection always works. */
export async function copyCommand(): Promise<void> {
  try {
    await navigator.clipboard.writeText($("curl").textContent);
  } catch {
    getSelection()?.selectAllChildren($("curl"));
    document.execCommand("copy");
  }
  $("copy").textContent = "Copied";
  setTimeout(() => ($("copy").textContent = "Copy"), 1_500);
}
