/** Sells the hall of one hundred with the older system's own class, and shows the count as its server-sent events tell it. */
import { subject } from "../src/client/tokens.js";
import { BookingAPI } from "./booking-api.js";
import { readDemo } from "./demo.js";
import { $ } from "./dom.js";

const { buyerToken } = await readDemo();
const ask = globalThis.fetch;
// The class sends no token, since its pages knew their users by a cookie: here whatever the page asks says whose it is.
globalThis.fetch = (path, options) => ask(path, { ...options, headers: { ...options?.headers, Authorization: `Bearer ${buyerToken}` } });

const api = new BookingAPI();
const say = ({ message }: { message: string }) => ($("answer").textContent = message);
const book = () => api.bookSeat(subject(buyerToken)!).then(say, () => say({ message: "Try again later" }));
$("book").addEventListener("click", () => void book());
new EventSource("/events").onmessage = ({ data }) => ($("count").textContent = JSON.parse(data).available);
