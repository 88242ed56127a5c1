// What stands around the map: legend, own seats, the command for the terminal, the event's addresses.

import { availabilityPath, planPath } from "./availability.js";
import { $, element } from "./dom.js";
import { paintSample } from "./paint.js";
import { STATES, stateOf } from "./seat.js";
import { STATE_NAMES, money, remaining } from "./words.js";

const SEATS_IN_COMMAND = 2;
const SWATCH_PX = 18;

/** What changes only with the event. */
export function showFacts(venue, demo) {
  $("venue-title").textContent = venue.name;
  $("fact-event").textContent = venue.eventId;
  $("fact-plan").textContent = location.origin + planPath(venue.plan);
  $("fact-availability").textContent = location.origin + availabilityPath(venue.eventId);
  $("fact-socket").textContent = demo.webSocketUrl;
  $("fact-join").textContent = JSON.stringify({ action: "join", eventId: venue.eventId });
}

/** What changes with every seat. */
export function showCounts(venue, demo) {
  const seats = [...venue.seats.values()];
  const areas = venue.areas.map((area) => ({ category: area.category, ...area.counts() }));
  const count = (state, among = () => true) =>
    areas.filter(among).reduce((sum, area) => sum + area[state], 0) +
    seats.filter((seat) => stateOf(seat) === state && among(seat)).length;
  const isTold = ([state, number]) => number > 0 || state !== "blocked";
  const counts = STATES.map((state) => [state, count(state)]).filter(isTold);
  $("states").replaceChildren(...counts.map(([state, number]) => legend(state, STATE_NAMES[state], { number })));
  const categories = [...venue.categories.values()].map((category) => {
    const number = count("available", (sold) => sold.category === category);
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
  const seats = counted(mine.filter((seat) => !seat.area).length, "seat");
  const places = counted(mine.filter((seat) => seat.area).length, "place");
  const left = Number.isFinite(first) ? `, ${remaining(first)} left` : "";
  const held = [seats, places].filter(Boolean).join(" and ");
  $("mine").textContent = held ? `You hold ${held}${left}` : "You hold no seats.";
  $("book").disabled = mine.length === 0;
  $("release").disabled = mine.length === 0;
}

function counted(number, word) {
  return number === 0 ? "" : `${number} ${word}${number === 1 ? "" : "s"}`;
}

export function describe(venue, { seat, table, area }) {
  const priced = ({ category }) => (category ? `, ${category.name} ${money(category.price, venue.currency)}` : "");
  if (area) return `${area.name}${priced(area)}, ${area.capacity.toLocaleString()} places (${area.id})`;
  if (table) return `${table.lbl ?? table.id}, ${table.sc} seats (${table.id})`;
  if (!seat) return "";
  const place = seat.accessible ? ", wheelchair place" : "";
  return `${seat.id}${priced(seat)}${place}: ${STATE_NAMES[stateOf(seat)].toLowerCase()}`;
}

function showCommand(venue, demo) {
  const free = venue.in("available").filter((seat) => !seat.accessible && !seat.area);
  const seatIds = free.slice(0, SEATS_IN_COMMAND).map(({ id }) => id);
  const text = seatIds.length ? command(venue.eventId, seatIds, demo) : "No seat is free.";
  // A selection in it survives as long as the command stays the same.
  if ($("curl").textContent !== text) $("curl").textContent = text;
  $("copy").disabled = seatIds.length === 0;
}

function command(eventId, seatIds, { buyerToken, pass }) {
  return [
    `curl -sS ${quoted(`${location.origin}/seat-booking/hold-seats`)}`,
    `-H ${quoted(`Authorization: Bearer ${buyerToken}`)}`,
    ...(pass ? [`-H ${quoted(`Holdfast-Pass: ${pass}`)}`] : []),
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
