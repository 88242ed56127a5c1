// The landing page of the local stack: pick an event, see its seats, hold and book them, watch the frames.

import { Follower } from "./availability.js";
import { Buyer } from "./buyer.js";
import { readColours } from "./colours.js";
import { $, element } from "./dom.js";
import { listenToEntries, quantity } from "./entry.js";
import { clearFrames, logFrame, togglePause } from "./frames.js";
import { dataOf } from "./http.js";
import { Link } from "./link.js";
import { SeatMap } from "./map.js";
import { copyCommand, describe, showCounts, showFacts, showMine } from "./panels.js";
import { Venue } from "./venue.js";
import { WaitingRoom } from "./waiting.js";

const SHOW_MS = 250; // The panels follow the map at a pace that can be read.
const RETRY_MS = 3_000;
const CLAIM_MS = 500;
const BOOKINGS_PAGE = 100;
const TOKEN_KEY = "holdfast-token";

let demo = { events: [], buyerToken: "", webSocketUrl: "" };
let venue = new Venue("");

/** Ends following the event on show. */
let following = new AbortController();

const link = new Link({ opened: open, received, told: showConnection, address: readDemo });
const waiting = new WaitingRoom(link, { token: () => demo.buyerToken, changed: showPass });
const buyer = new Buyer(link, () => venue, say, waiting);
const showSoon = once(SHOW_MS, showAll);
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
  following.abort();
  if (venue.eventId) link.send({ action: "leave", eventId: venue.eventId });
  map.clear();
  venue = new Venue(eventId, watches);
  waiting.choose(eventId);
  clearFrames();
  say("");
  history.replaceState(null, "", `#${encodeURIComponent(eventId)}`);
  if (link.isOpen) open();
}

/**
 * Follows the event on show, anew with every connection: frames were missed, and a stack that was reset counts versions
 * from 0 again.
 */
function open() {
  following.abort();
  following = new AbortController();
  const opened = venue;
  const follower = new Follower(opened, {
    signal: following.signal,
    join: () => link.ask("join", { eventId: opened.eventId, snapshot: false }),
    loaded,
    told: sayTrouble,
  });
  follower.run();
  waiting.enter();
}

/** Availability names nobody: what is ours has to be asked for. */
function loaded(isNew) {
  claimHolds();
  claimBookings();
  if (!isNew) return;
  showFacts(venue, demo);
  showAll();
  map.show(venue);
}

function received(frame, text) {
  if (frame.eventId && frame.eventId !== venue.eventId) return;
  logFrame(frame, text);
  if (frame.type === "seats:availability") venue.take(frame.data);
  if (frame.type === "queue:admitted") waiting.take(frame.data);
  if (frame.type === "seat:status:changed") frame.data.changes.forEach((change) => venue.apply(change));
}

/**
 * A frame names nobody. A seat that was held without this page asking may still be ours: the command in the terminal
 * carries the same token.
 */
async function claimHolds() {
  const asked = venue;
  const { type, data } = await link.ask("holds:get", { eventId: asked.eventId });
  if (type !== "holds") return again(asked, claimHolds);
  for (const { eventId, seatIds, expiresAt } of data.holds) {
    if (eventId === asked.eventId) asked.claim(seatIds, "held", expiresAt);
  }
}

async function claimBookings() {
  const asked = venue;
  const headers = { authorization: `Bearer ${demo.buyerToken}` };
  try {
    let cursor = null;
    do {
      const page = new URLSearchParams({ limit: BOOKINGS_PAGE, ...(cursor && { cursor }) });
      const { bookings, nextCursor } = await dataOf(await fetch(`/seat-booking/bookings?${page}`, { headers }));
      const here = bookings.filter(({ eventId, status }) => eventId === asked.eventId && status === "confirmed");
      asked.claim(here.flatMap(({ seats }) => seats.map(({ seatId }) => seatId)), "booked");
      cursor = nextCursor;
    } while (cursor);
  } catch {
    again(asked, claimBookings);
  }
}

/** Another try, unless another event was chosen meanwhile; a new connection claims by itself. */
function again(asked, claim) {
  setTimeout(() => asked === venue && link.isOpen && claim(), RETRY_MS);
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

function showAll() {
  showCounts(venue, { ...demo, pass: waiting.pass });
}

function refresh() {
  map.redraw();
  showSoon();
}

/** Whoever is let in has no use for the words that it is not their turn yet. */
function showPass(isLetIn) {
  if (isLetIn) say("");
  refresh();
}

function say(text, tone = "") {
  $("status").dataset.tone = tone;
  $("status").textContent = text;
}

/** Says why the seats could not be read, and takes it back once they could. */
function sayTrouble(error) {
  const trouble = "The seats could not be read:";
  if (error) say(`${trouble} ${error.message} Trying again.`, "bad");
  else if ($("status").textContent.startsWith(trouble)) say("");
}

function showConnection(state, text) {
  if (state === "lost") following.abort();
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
