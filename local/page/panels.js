// What stands around the map: legend, own seats, the command for the terminal, the event's addresses.

import { $, element } from "./dom.js";
import { paintSample } from "./paint.js";
import { STATES, stateOf } from "./venue.js";
import { STATE_NAMES, money, remaining } from "./words.js";

const SEATS_IN_COMMAND = 2;
const SWATCH_PX = 18;

/** What changes only with the event. */
export function showFacts(venue, demo) {
  $("venue-title").textContent = venue.name;
  $("fact-event").textContent = venue.eventId;
  $("fact-layout").textContent = `${location.origin}/seat-booking/layout/${encodeURIComponent(venue.eventId)}`;
  $("fact-socket").textContent = demo.webSocketUrl;
  $("fact-join").textContent = JSON.stringify({ action: "join", eventId: venue.eventId });
}

/** What changes with every seat. */
export function showCounts(venue, demo) {
  const seats = [...venue.seats.values()];
  const count = (isCounted) => seats.filter(isCounted).length;
  const counts = STATES.map((state) => [state, count((seat) => stateOf(seat) === state)]);
  $("states").replaceChildren(...counts.map(([state, number]) => legend(state, STATE_NAMES[state], { number })));
  const categories = [...venue.categories.values()].map((category) => {
    const number = count((seat) => seat.category === category && stateOf(seat) === "available");
    return legend("available", `${category.name} ${money(category.price, venue.currency)}`, { number, ...category });
  });
  if (seats.some((seat) => seat.accessible)) categories.push(legend("place", "Wheelchair place"));
  $("categories").replaceChildren(...categories);
  const told = counts.map(([state, number]) => `${number} ${STATE_NAMES[state].toLowerCase()}`).join(", ");
  $("map").setAttribute("aria-label", `Seat map of ${venue.name}: ${told}`);
  showMine(venue);
  showCommand(venue, demo);
}

function legend(state, name, { number, color } = {}) {
  const item = element("li", name);
  const swatch = element("canvas", "", { width: SWATCH_PX * 2, height: SWATCH_PX * 2, ariaHidden: "true" });
  const pen = swatch.getContext("2d");
  pen.scale(2, 2);
  paintSample(pen, state, SWATCH_PX, color);
  item.prepend(swatch);
  if (number != null) item.append(element("span", number.toLocaleString()));
  return item;
}

export function showMine(venue) {
  const mine = venue.in("mine");
  const first = Math.min(...mine.map((seat) => Date.parse(seat.expires)).filter(Number.isFinite));
  const seats = mine.length === 1 ? "1 seat" : `${mine.length} seats`;
  const left = Number.isFinite(first) ? `, ${remaining(first)} left` : "";
  $("mine").textContent = mine.length ? `You hold ${seats}${left}` : "You hold no seats.";
  $("book").disabled = mine.length === 0;
  $("release").disabled = mine.length === 0;
}

export function describe(venue, { seat, table }) {
  if (table) return `${table.lbl ?? table.id}, ${table.sc} seats (${table.id})`;
  if (!seat) return "";
  const price = seat.category ? `, ${seat.category.name} ${money(seat.category.price, venue.currency)}` : "";
  const place = seat.accessible ? ", wheelchair place" : "";
  return `${seat.id}${price}${place}: ${STATE_NAMES[stateOf(seat)].toLowerCase()}`;
}

function showCommand(venue, demo) {
  const free = venue.in("available").filter((seat) => !seat.accessible);
  const seatIds = free.slice(0, SEATS_IN_COMMAND).map(({ id }) => id);
  const text = seatIds.length ? command(venue.eventId, seatIds, demo.buyerToken) : "No seat is free.";
  // A selection in it survives as long as the command stays the same.
  if ($("curl").textContent !== text) $("curl").textContent = text;
  $("copy").disabled = seatIds.length === 0;
}

function command(eventId, seatIds, token) {
  return [
    `curl -sS ${quoted(`${location.origin}/seat-booking/hold-seats`)}`,
    `-H ${quoted(`Authorization: Bearer ${token}`)}`,
    "-H 'Content-Type: application/json'",
    `-d ${quoted(JSON.stringify({ eventId, seatIds }))}`,
  ].join(" \\\n  ");
}

/** As one word for a shell. */
function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The clipboard is closed to pages that are not on localhost or HTTPS; copying a selection always works. */
export async function copyCommand() {
  try {
    await navigator.clipboard.writeText($("curl").textContent);
  } catch {
    getSelection().selectAllChildren($("curl"));
    document.execCommand("copy");
  }
  $("copy").textContent = "Copied";
  setTimeout(() => ($("copy").textContent = "Copy"), 1_500);
}
