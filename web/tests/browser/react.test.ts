/** The element in a React application under StrictMode, which makes everything twice. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { eventually } from "./eventually.js";
import { theatre } from "./layouts.js";
import { buyer, putOnSale } from "./stack.js";
import { claim } from "./stage.js";

/** An application that says how often it heard of a hold, and may be rendered anew with another limit. */
const APPLICATION = `
  import { StrictMode, createElement, useEffect, useRef, useState } from "react";
  import { createRoot } from "react-dom/client";

  function Seats({ event, token }) {
    const map = useRef(null);
    const [heard, setHeard] = useState(0);
    const [most, setMost] = useState(4);
    useEffect(() => {
      const count = () => setHeard((before) => before + 1);
      const element = map.current;
      element.addEventListener("hold-changed", count);
      return () => element.removeEventListener("hold-changed", count);
    }, []);
    globalThis.allow = setMost;
    return createElement("div", null,
      createElement("output", null, heard),
      createElement("seat-map", { ref: map, "event-id": event, token, "max-seats": most, readOnly: false }));
  }

  const { event, token } = document.querySelector("#root").dataset;
  createRoot(document.querySelector("#root")).render(
    createElement(StrictMode, null, createElement(Seats, { event, token })));
`;

async function bundled(): Promise<string> {
  const resolveDir = fileURLToPath(new URL("../..", import.meta.url));
  const define = { "process.env.NODE_ENV": '"development"' };
  const { outputFiles } = await build({ stdin: { contents: APPLICATION, resolveDir }, bundle: true, write: false, format: "iife", define });
  return outputFiles[0]!.text;
}

describe("a React application", () => {
  claim("under StrictMode there is one connection, each event is heard once, and rendering anew loses nothing", async (stage) => {
    const event = await putOnSale(theatre());
    const ann = buyer("ann");
    const body = () => `<div id="root" data-event="${event}" data-token="${ann.token}"></div>`;
    const shop = await stage.shop({ body, script: await bundled() });
    await shop.call("hold", ["A1"]);
    await eventually("the event is heard once", () => shop.page.locator("output").textContent(), "1");
    await shop.page.evaluate(() => (globalThis as unknown as { allow(most: number): void }).allow(1));
    await eventually("the new limit", () => shop.page.locator("seat-map").getAttribute("max-seats"), "1");
    await assert.rejects(shop.call("hold", ["A2"]), { code: "limit_exceeded" });
    assert.deepEqual(await shop.held(), ["A1"]);
    assert.equal(shop.sockets.filter((socket) => !socket.isClosed()).length, 1);
  });
});
