// The list of live frames: newest first, not more than can be read, and at a pace that leaves the browser its breath.

import { $, element } from "./dom.js";

const KEPT = 60;
const TEXT_MAX = 400;
const SHOW_MS = 100;

let count = 0;
let pending = [];
let paused = false;
let due = false;

export function logFrame(frame, text) {
  count += 1;
  pending.push({ time: new Date(), frame, length: text.length });
  if (pending.length > KEPT) pending.shift();
  if (due) return;
  due = true;
  setTimeout(show, SHOW_MS);
}

export function clearFrames() {
  count = 0;
  pending = [];
  $("frames").replaceChildren();
  show();
}

export function togglePause() {
  paused = !paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  show();
}

function show() {
  due = false;
  $("frame-count").textContent = count.toLocaleString();
  if (paused) return;
  const list = $("frames");
  list.prepend(...pending.splice(0).reverse().map(entry));
  while (list.children.length > KEPT) list.lastElementChild.remove();
}

function entry({ time, frame, length }) {
  const data = JSON.stringify(frame.data ?? {});
  const more = `… (${length.toLocaleString()} characters)`;
  const shown = data.length > TEXT_MAX ? data.slice(0, TEXT_MAX) + more : data;
  const item = element("li");
  item.append(element("time", time.toTimeString().slice(0, 8)), " ", element("b", String(frame.type)), ` ${shown}`);
  return item;
}
