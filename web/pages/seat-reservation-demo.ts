/** A screening with two buyers side by side, and its queue. `?screening=` in the address shows another event. */
import type { SeatMap } from "../src/index.js";
import { readDemo } from "./demo.js";
import { $ } from "./dom.js";
import { followQueue } from "./queue.js";

const screening = new URLSearchParams(location.search).get("screening") ?? "screening-42";

for (const id of ["first", "second"]) {
  const map = $(id) as SeatMap;
  map.tokenProvider = async () => (await readDemo(`holdfast-${id}-buyer`)).buyerToken;
  map.eventId = screening;
}
followQueue(screening);
const { events } = await readDemo();
$("screening").textContent = events.find(({ eventId }) => eventId === screening)?.name ?? screening;
