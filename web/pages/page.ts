/** The landing page of the local stack: pick an event, hold and book its seats, watch the frames. */
import type { SeatMap } from "../src/index.js";
import { readDemo, type Demo } from "./demo.js";
import { $, made } from "./dom.js";
import { showFigures } from "./figures.js";
import { FrameLog } from "./frames.js";
import { showShop } from "./shop.js";
import { copyCommand, showCommand, showFacts } from "./terminal.js";

const map = $("map") as SeatMap;
const log = new FrameLog();

function choose(demo: Demo, eventId: string): void {
  map.eventId = eventId;
  $("venue-title").textContent = demo.events.find((event) => event.eventId === eventId)?.name ?? eventId;
  history.replaceState(null, "", `#${encodeURIComponent(eventId)}`);
  log.follow(demo, eventId);
  void showFacts(demo, eventId);
  void showCommand(demo, eventId);
}

/** Lists the events that are sold here, and chooses the one that the address names. */
function showEvents(demo: Demo): void {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const sold = demo.events.filter(({ soldBy }) => !soldBy);
  const chosen = sold.find(({ eventId }) => eventId === wanted) ?? sold[0];
  const entries = sold.map(({ eventId, name }) => {
    const radio = made("input", { type: "radio", name: "event", value: eventId, checked: eventId === chosen?.eventId });
    return made("label", {}, [radio, made("strong", { textContent: name }), made("code", { textContent: eventId })]);
  });
  $("events").replaceChildren(...entries);
  $("events").addEventListener("change", ({ target }) => choose(demo, (target as HTMLInputElement).value));
  if (chosen) choose(demo, chosen.eventId);
}

const demo = await readDemo();
map.tokenProvider = async () => (await readDemo()).buyerToken;
map.addEventListener("hold-changed", () => void showCommand(demo, map.eventId));
$("copy").addEventListener("click", () => void copyCommand());
$("pause").addEventListener("click", () => log.togglePause());
showEvents(demo);
showShop(demo);
if (new URLSearchParams(location.search).has("debug")) showFigures($("figures"));
