// Runs the client that seeds/5 prints (booking_api.ts, byte for byte) and prints what it answers, one line of JSON a call.
//
// The client knows paths only, as in a page of the shop's own. So `fetch` comes from outside: it adds where the deployment
// is, the buyer's token and, where one is given, the event.
//
//     BASE=http://… TOKEN=… [EVENT=…] node booking_api.mjs booking_api.ts bookSeat ann getStatus ann
import { readFileSync } from "node:fs";

const { BASE, TOKEN, EVENT } = process.env;
const [file, ...calls] = process.argv.slice(2);

// Node 20 knows no types: the two kinds of annotations that the client has are taken out.
const code = readFileSync(file, "utf8").replaceAll(": Promise<any>", "").replaceAll(": string", "");

const fromThePage = (path, options = {}) => {
  const address = new URL(BASE + path);
  if (EVENT) address.searchParams.set("eventId", EVENT);
  return fetch(address, { ...options, headers: { ...options.headers, Authorization: `Bearer ${TOKEN}` } });
};

const BookingAPI = new Function("fetch", `${code}; return BookingAPI;`)(fromThePage);
const api = new BookingAPI();
while (calls.length > 0) {
  const [method, userId] = calls.splice(0, 2);
  console.log(JSON.stringify(await api[method](userId)));
}
