// The WebSocket: stays connected, and matches answers to what was asked.

const PING_MS = 4 * 60 * 1000; // API Gateway closes a socket that is silent for ten minutes.
const ANSWER_MS = 10_000;
const RECONNECT_MIN_MS = 500;
const RECONNECT_MAX_MS = 20_000;

const failed = (code) => ({ type: "error", data: { code } });

export class Link {
  #socket = null;
  #attempts = 0;
  #lastId = 0;
  #waiting = new Map();

  /**
   * `opened` is called on every connection, `received` with every frame, `told` with what to show of the connection,
   * and `address` for `{url, token}` before every connection: the stack may be back with another secret.
   */
  constructor({ opened, received, told, address }) {
    Object.assign(this, { opened, received, told, address });
    setInterval(() => this.send({ action: "ping" }), PING_MS);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  async connect() {
    this.told("waiting", "Connecting…");
    try {
      const { url, token } = await this.address();
      this.#listen(new WebSocket(url, ["holdfast", token]));
    } catch {
      this.#reconnectLater();
    }
  }

  #listen(socket) {
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.told("live", "Live");
      this.opened();
    });
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", () => this.#reconnectLater());
  }

  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
    return this.isOpen;
  }

  /** Sends, and resolves with the frame that answers; without one, with an `error` frame. */
  ask(action, fields) {
    const requestId = `page-${(this.#lastId += 1)}`;
    return new Promise((resolve) => {
      const settle = (frame) => {
        clearTimeout(timer);
        this.#waiting.delete(requestId);
        resolve(frame);
      };
      const timer = setTimeout(() => settle(failed("no_answer")), ANSWER_MS);
      this.#waiting.set(requestId, settle);
      if (!this.send({ action, requestId, ...fields })) settle(failed("offline"));
    });
  }

  #receive(text) {
    this.#attempts = 0;
    const frame = JSON.parse(text);
    this.received(frame, text);
    this.#waiting.get(frame.requestId)?.(frame);
  }

  #reconnectLater() {
    for (const settle of [...this.#waiting.values()]) settle(failed("no_answer"));
    const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#attempts);
    const wait = ceiling * (0.5 + Math.random() / 2);
    this.#attempts += 1;
    this.told("lost", `Connection lost, again in ${Math.max(1, Math.round(wait / 1000))} s`);
    setTimeout(() => this.connect(), wait);
  }
}
