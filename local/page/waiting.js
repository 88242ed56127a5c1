// The waiting room of the event on show: a place in its line, how it goes on, and the pass that comes with the turn.

import { $, element } from "./dom.js";
import { dataOf } from "./http.js";
import { about, clock, moment } from "./words.js";

const RETRY_MS = 5_000;
const SAY_MS = 10_000; // A line moves faster than anybody wants to hear of it.

/** Refusals that answer the question: there is no place, and there will be none. */
const ENDS = { not_found: null, sales_closed: { status: "closed" } };

const counted = (number) => number.toLocaleString();
const path = (eventId) => `/seat-booking/queue/${encodeURIComponent(eventId)}`;

export class WaitingRoom {
  #eventId = "";
  /** As the engine tells it, or that we have left; null while there is nothing to tell. */
  #place = null;
  #opensAt = null;
  #timer = 0;
  /** Grows with all that is learned, so that an answer that comes late changes nothing. */
  #turn = 0;
  #press = () => {};
  #say = slowly((text) => ($("waiting-said").textContent = text));

  /** `token` gives the buyer's token; `changed` is told when there may be another pass, and whether it is the first. */
  constructor(link, { token, changed }) {
    Object.assign(this, { link, token, changed });
    $("waiting-go").addEventListener("click", ({ detail }) => {
      // Leaving cannot be undone, and the second half of a double click would take a new place at the end.
      if (detail > 1) return;
      $("waiting-go").disabled = true;
      this.#press();
    });
  }

  /** What lets us in, if anything does. The engine's clock decides for how long, not this one. */
  get pass() {
    return this.#place?.pass;
  }

  /** Another event is on show. */
  choose(eventId) {
    this.#eventId = eventId;
    this.#opensAt = null;
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#place = this.#kept();
    this.#show();
  }

  /** With every connection: takes a place where there is a line, and hears by this connection when the turn comes. */
  enter() {
    return this.#learn(async () => {
      const line = await dataOf(await fetch(`${path(this.#eventId)}/line`));
      this.#opensAt = line.opensAt;
      if (this.#place?.status === "left" || (line.open && !this.#place)) return this.#place;
      return this.#look();
    });
  }

  /** Something was not held for want of a pass. */
  refused() {
    return this.#learn(() => this.#look());
  }

  /** The place as the engine tells it: asked for, or in a frame when the turn comes. */
  take(place) {
    this.#turn += 1;
    clearTimeout(this.#timer);
    const isLetIn = Boolean(place?.pass && !this.pass);
    this.#place = place;
    this.#keep();
    this.#show();
    this.changed(isLetIn);
    const ms = nextLook(place);
    if (ms) this.#timer = setTimeout(() => this.#learn(() => this.#look()), ms);
  }

  /** Learns of the place in some way; where that fails, by another look. Meanwhile what is known stays on show. */
  async #learn(ask) {
    clearTimeout(this.#timer);
    const turn = (this.#turn += 1);
    try {
      const place = await ask();
      if (turn === this.#turn) this.take(place);
    } catch {
      if (turn !== this.#turn) return;
      this.#show();
      this.#timer = setTimeout(() => this.#learn(() => this.#look()), RETRY_MS);
    }
  }

  /** Our place, else a new one. Joining alone would take a new place for whoever's turn is over, unasked. */
  async #look() {
    return (await this.#ask("queue:status", "GET")) ?? this.#join();
  }

  #join() {
    return this.#ask("queue:join", "POST");
  }

  async #leave() {
    await this.#ask("queue:leave", "DELETE");
    return { status: "left" };
  }

  /** Over the socket, which is then told when the turn comes; over HTTP where that does not work. */
  async #ask(action, method) {
    const eventId = this.#eventId;
    const { type, data } = await this.link.ask(action, { eventId });
    if (type === "queue:place") return data;
    if (data.code in ENDS) return ENDS[data.code];
    const answer = await fetch(path(eventId), { method, headers: { authorization: `Bearer ${this.token()}` } });
    const { code } = answer.ok ? {} : await answer.clone().json();
    return code in ENDS ? ENDS[code] : dataOf(answer);
  }

  // ---- What a reload must not lose: the pass, and that we have left. Of a place itself the engine knows -----------

  get #key() {
    return `holdfast-place/${this.#eventId}/${buyerOf(this.token())}`;
  }

  #kept() {
    return JSON.parse(sessionStorage.getItem(this.#key));
  }

  #keep() {
    const { status, pass, passExpiresAt } = this.#place ?? {};
    if (pass || status === "left") sessionStorage.setItem(this.#key, JSON.stringify({ status, pass, passExpiresAt }));
    else sessionStorage.removeItem(this.#key);
  }

  // ---- What is shown ----------------------------------------------------------------------------------------------

  #show() {
    const told = this.#told();
    $("waiting").hidden = !told;
    if (!told) return this.#say("");
    const { title, lines = [], notes = [], press } = told;
    $("waiting").dataset.status = this.#place.status;
    $("waiting-title").textContent = title;
    const notable = lines.map((line) => element("p", line));
    $("waiting-lines").replaceChildren(...notable, ...notes.map((note) => element("p", note, { className: "note" })));
    const [label, task] = press ?? [""];
    this.#press = () => this.#learn(task);
    Object.assign($("waiting-go"), { textContent: label, hidden: !press, disabled: false });
    this.#say([title, ...lines].map((line) => line.replace(/[^.]$/, "$&.")).join(" "));
  }

  /** A title, lines that are read out too, notes that are not, and what the button does; null for nothing to show. */
  #told() {
    const { status, ahead, pass, passExpiresAt } = this.#place ?? {};
    const leave = ["Leave the line", () => this.#leave()];
    const until = () => `Choose your seats until ${clock(passExpiresAt)}. What you hold by then can still be booked.`;
    switch (status) {
      case "early":
        return { title: "You have a place", ...this.#prospect(opening(this.#opensAt)), press: leave };
      case "waiting":
        return { title: ahead ? `${counted(ahead)} ahead of you` : "You are next", ...this.#prospect(), press: leave };
      case "admitted":
        return { title: "It is your turn", lines: [until()] };
      case "open":
        return pass ? { title: "Nobody has to wait now", lines: [until()] } : null;
      case "done":
        return {
          title: "Your turn is over",
          lines: ["What you hold stays yours until its own time is over."],
          press: ["Take a new place", () => this.#join()],
        };
      case "left":
        return {
          title: "You left the line",
          lines: ["Whoever comes back starts at the end."],
          press: ["Take a place", () => this.#join()],
        };
      case "closed":
        return { title: "Sales are closed" };
      default:
        return null;
    }
  }

  #prospect(first) {
    const { estimatedWaitSeconds, seatsLeft, likely } = this.#place;
    const stands = estimatedWaitSeconds == null;
    const wait = stands ? "The line stands still at the moment" : `Expected wait: ${about(estimatedWaitSeconds)}`;
    const odds = likely ? [] : ["Fewer seats are left than people ahead of you."];
    const left = `${counted(seatsLeft)} ${seatsLeft === 1 ? "seat" : "seats"} left`;
    return { lines: [first ?? wait, ...odds], notes: [left, "A reload keeps your place."] };
  }
}

/** When to look again, in milliseconds. A pass is looked at when its time is over too. */
function nextLook(place) {
  if (!place?.pollAfterSeconds) return 0;
  const { status, pass, passExpiresAt, pollAfterSeconds } = place;
  if (status === "done" || (status === "open" && !pass)) return 0;
  const rest = pass ? Math.max(1_000, Date.parse(passExpiresAt) - Date.now()) : Infinity;
  return Math.min(rest, pollAfterSeconds * 1_000);
}

/** Later than that while the engine still makes up who comes when. */
function opening(opensAt) {
  return Date.parse(opensAt) > Date.now() ? `The room opens ${moment(opensAt)}` : "The room opens in a moment";
}

function buyerOf(token) {
  const [, claims] = token.split(".");
  return JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))).sub;
}

/** Tells what is new, and of what comes too soon after it only the last. */
function slowly(tell) {
  let told = "";
  let again = 0;
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    if (text === told) return;
    const now = () => {
      told = text;
      again = performance.now() + SAY_MS;
      tell(text);
    };
    timer = setTimeout(now, again - performance.now());
  };
}
