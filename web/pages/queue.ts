/** How many are in the queue of a screening, read again and again: what everybody may know, and for the house all of it. */
import { $, made } from "./dom.js";

const READ_MS = 3_000;

/** Fields of both answers, in the order in which they are shown. */
const NAMES: Record<string, string> = {
  seatsLeft: "Seats unsold",
  waiting: "Waiting",
  active: "Choosing now",
  completed: "Booked",
  failed: "Pass ran out",
  delayed: "Came early",
  admitted: "Let in",
  left: "Left the line",
  admitPerMinute: "Let in a minute",
};

interface Statistics {
  waitSeconds?: { p50: number | null; p95: number | null };
  [name: string]: unknown;
}

export function followQueue(screening: string): void {
  const id = encodeURIComponent(screening);
  let token = "";
  const read = async () => show({ ...(await ask(`/seat-booking/queue/${id}/line`)), ...(await house()) });
  // What everybody may know goes on without it, also where the token has run out.
  const house = async () => {
    const own = token;
    try {
      return own ? await ask(`/api/seat-reservations/queue-stats/${id}`, own) : {};
    } catch (error) {
      const { message, cause } = error as Error;
      if (own === token && (cause === 401 || cause === 403)) {
        token = "";
        $("answer").textContent = `Not shown: ${message}.`;
      }
      return {};
    }
  };
  $("house").addEventListener("submit", (event) => {
    event.preventDefault();
    token = ($("token") as HTMLInputElement).value.trim();
    $("answer").textContent = "";
    read().catch(() => {});
  });
  // What nobody looks at is not read; a reading that fails is made good for by the next.
  const readIfSeen = () => void (document.hidden || read().catch(() => {}));
  document.addEventListener("visibilitychange", readIfSeen);
  setInterval(readIfSeen, READ_MS);
  readIfSeen();
}

async function ask(path: string, token?: string): Promise<Statistics> {
  const answer = await fetch(path, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  const { data, message } = (await answer.json()) as { data: Statistics; message: string };
  if (!answer.ok) throw new Error(message, { cause: answer.status });
  return data;
}

function show(statistics: Statistics): void {
  const { p50 = null, p95 = null } = statistics.waitSeconds ?? {};
  const counts = Object.entries(NAMES).flatMap(([field, name]) => {
    const value = statistics[field];
    return typeof value === "number" ? [figure(name, value.toLocaleString())] : [];
  });
  const waits = [["Half waited at most", p50], ["19 of 20 waited at most", p95]] as const;
  const shown = waits.flatMap(([name, seconds]) => (seconds === null ? [] : [figure(name, `${seconds.toLocaleString()} s`)]));
  $("queue").replaceChildren(...counts, ...shown);
}

function figure(name: string, value: string): HTMLElement {
  return made("div", {}, [made("dt", { textContent: name }), made("dd", { textContent: value })]);
}
