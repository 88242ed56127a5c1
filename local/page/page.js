// The landing page of the local stack: pick an event, see its seats, hold and book them, watch the frames.

import { Buyer } from "./buyer.js";
import { readColours } from "./colours.js";
import { $, element } from "./dom.js";
import { listenToEntries, quantity } from "./entry.js";
import { clearFrames, logFrame, togglePause } from "./frames.js";
import { Link } from "./link.js";
import { SeatMap } from "./map.js";
import { copyCommand, describe, showCounts, showFacts, showMine } from "./panels.js";
import { Venue } from "./venue.js";

const SHOW_MS = 250; // The panels follow the map at a pace that can be read.
const RETRY_MS = 3_000;
const CLAIM_MS = 500;
const TOKEN_KEY = "holdfast-token";

let demo = { events: [], buyerToken: "", webSocketUrl: "" };
let venue = new Venue("");

const link = new Link({ opened: open, received, told: showConnection, address: readDemo });
const buyer = new Buyer(link, () => venue, say);
const showSoon = once(SHOW_MS, () => showCounts(venue, demo));
const watches = {
  changed: refresh,
  heldBySomeone: once(CLAIM_MS, claimHolds),
  bookedBySomeone: once(CLAIM_MS, claimBookings),
};
const map = new SeatMap($("map"), {
  chosen: (found) => buyer.choose(found, quantity()),
  pointed: (found) => ($("hint").textContent = describe(venue, found)),
  approached: (seat) => say(`This is ${seat.id} from near. Choose your seat now.`),
});

// ---- The event on show ----------------------------------------------------------------------------------------

function choose(eventId) {
  if (venue.eventId) link.send({ action: "leave", eventId: venue.eventId });
  map.clear();
  venue = new Venue(eventId, watches);
  clearFrames();
  say("");
  history.replaceState(null, "", `#${encodeURIComponent(eventId)}`);
  if (link.isOpen) open();
}

/**
 * Joins, and reads the layout. It is read anew with every connection: it alone says which seats are the caller's, and
 * a stack that was reset counts versions from 0 again.
 */
async function open() {
  const opened = venue;
  const isFirst = opened.seats.size === 0;
  opened.reopen();
  link.send({ action: "join", eventId: opened.eventId });
  try {
    const data = await read(`/seat-booking/layout/${encodeURIComponent(opened.eventId)}`);
    if (opened !== venue) return;
    opened.load(data);
    if (!isFirst) return;
    showFacts(opened, demo);
    showCounts(opened, demo);
    map.show(opened);
  } catch (error) {
    if (opened !== venue) return;
    say(`The seats could not be read: ${error.message} Trying again.`, "bad");
    setTimeout(() => opened === venue && !opened.ready && link.isOpen && open(), RETRY_MS);
  }
}

async function read(path) {
  const answer = await fetch(path, { headers: { authorization: `Bearer ${demo.buyerToken}` } });
  const { success, data, message } = await answer.json();
  if (!success) throw new Error(`${message ?? answer.status}.`);
  return data;
}

function received(frame, text) {
  if (frame.eventId && frame.eventId !== venue.eventId) return;
  logFrame(frame, text);
  if (frame.type === "seats:availability") frame.data.seats.forEach((seat) => venue.apply(seat));
  if (frame.type === "seat:status:changed") frame.data.changes.forEach((change) => venue.apply(change));
}

/**
 * A frame names nobody. A seat that was held without this page asking may still be ours: the command in the terminal
 * carries the same token.
 */
async function claimHolds() {
  const asked = venue;
  const { data } = await link.ask("holds:get", { eventId: asked.eventId });
  const holds = (data?.holds ?? []).filter((hold) => hold.eventId === asked.eventId);
  asked.claim(holds.flatMap((hold) => hold.seatIds), "held");
}

/** The layout says which seats are ours; of places it says how many. */
async function claimBookings() {
  const asked = venue;
  const { bookings } = await read("/seat-booking/bookings").catch(() => ({ bookings: [] }));
  const here = bookings.filter(({ eventId, status }) => eventId === asked.eventId && status === "confirmed");
  asked.claim(here.flatMap(({ seats }) => seats.map(({ seatId }) => seatId)), "booked");
}

/** One run for all the calls of some time. */
function once(everyMs, task) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      task();
    }, everyMs);
  };
}

// ---- What is shown --------------------------------------------------------------------------------------------

function refresh() {
  map.redraw();
  showSoon();
}

function say(text, tone = "") {
  $("status").dataset.tone = tone;
  $("status").textContent = text;
}

function showConnection(state, text) {
  $("connection").dataset.state = state;
  $("connection").textContent = text;
}

/** Lists the events, and chooses the one that the address names. */
function showEvents() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const event = demo.events.find(({ eventId }) => eventId === wanted) ?? demo.events[0];
  if (event) choose(event.eventId);
  const entries = demo.events.map(({ eventId, name }) => {
    const label = element("label");
    const checked = eventId === venue.eventId;
    const radio = element("input", "", { type: "radio", name: "event", value: eventId, checked });
    label.append(radio, element("strong", name), element("code", eventId));
    return label;
  });
  $("events").replaceChildren(...entries);
}

// ---- Start ----------------------------------------------------------------------------------------------------

/** Reads what there is to show, and answers where the socket is. */
async function readDemo() {
  const answer = await fetch("/demo.json", { cache: "no-store" });
  const read = await answer.json();
  read.buyerToken = await keptToken(read.buyerToken);
  demo = read;
  if (!venue.eventId) showEvents();
  return { url: demo.webSocketUrl, token: demo.buyerToken };
}

/** Every /demo.json names a new buyer. A tab stays the first one while it can: a reload must not lose its seats. */
async function keptToken(fresh) {
  const kept = sessionStorage.getItem(TOKEN_KEY);
  if (kept) {
    const answer = await fetch("/seat-booking/holds", { headers: { authorization: `Bearer ${kept}` } });
    if (answer.status !== 401) return kept;
  }
  sessionStorage.setItem(TOKEN_KEY, fresh);
  return fresh;
}

function listen() {
  $("zoom-in").addEventListener("click", () => map.zoom(1.6));
  $("zoom-out").addEventListener("click", () => map.zoom(1 / 1.6));
  $("zoom-all").addEventListener("click", () => map.whole());
  $("book").addEventListener("click", () => buyer.book());
  $("release").addEventListener("click", () => buyer.release(venue.in("mine").map(({ id }) => id)));
  listenToEntries(buyer, () => venue, say);
  $("copy").addEventListener("click", copyCommand);
  $("pause").addEventListener("click", togglePause);
  $("events").addEventListener("change", ({ target }) => choose(target.value));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColours();
    refresh();
  });
  setInterval(() => showMine(venue), 1_000);
}

readColours();
listen();
link.connect();
