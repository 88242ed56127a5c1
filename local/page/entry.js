// What is typed: the id of a seat, a table or an area, and how many places or best seats are wanted.

import { $, element } from "./dom.js";
import { stateOf } from "./seat.js";

const SUGGESTIONS = 20;

/** How many; the engine itself says what is wrong with a number. */
export const quantity = () => $("quantity").valueAsNumber;

/** `venue` gives the event on show, `say` takes a sentence and `good` or `bad`. */
export function listenToEntries(buyer, venue, say) {
  $("best").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    buyer.holdBest(quantity());
  });
  $("by-id").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const { id, ...found } = byId(venue());
    if (Object.values(found).some(Boolean)) buyer.choose(found, quantity());
    else say(id ? `There is no seat ${id} here.` : "Type a seat id first.", "bad");
  });
  for (const kind of ["input", "focus"]) $("seat-id").addEventListener(kind, () => suggest(venue()));
}

function byId(venue) {
  const id = $("seat-id").value.trim();
  const hasId = (each) => each.id === id;
  return { id, seat: venue.seat(id), table: venue.tables().find(hasId), area: venue.areas.find(hasId) };
}

// Ten thousand options would stall the browser; the first few that match are enough.
function suggest(venue) {
  const { id, seat } = byId(venue);
  const ids = [...venue.areas.map((area) => area.id), ...venue.seats.keys()];
  const matches = ids.filter((each) => each.toLowerCase().includes(id.toLowerCase()));
  $("seat-ids").replaceChildren(...matches.slice(0, SUGGESTIONS).map((value) => element("option", "", { value })));
  $("by-id-go").textContent = seat && stateOf(seat) === "mine" ? "Give up" : "Hold";
}
