/** The components of docs/react.md: type-checked, and run under StrictMode in the React that they are for. */
import assert from "node:assert/strict";
import { WEB } from "../../docs/pages.js";
import { eventually } from "../eventually.js";
import type { Shop } from "../shop.js";
import { bundled, moduleOf } from "./bundle.js";
import type { Claims, Scene } from "./scene.js";
import { complaints } from "./types.js";

const REACT_19 = `${WEB}node_modules`;
const REACT_18 = `${WEB}tests/react-18/node_modules`;

/** Renders what a module exports under this name, twice as StrictMode does. */
const mount = (name: string, from: string, properties: object) => `
  import { StrictMode } from "react";
  import { createRoot } from "react-dom/client";
  import { ${name} } from "${from}";
  createRoot(document.querySelector("#root")).render(<StrictMode><${name} {...${JSON.stringify(properties)}} /></StrictMode>);`;

interface Application {
  code: string;
  modules: Record<string, string>;
  packages: string;
  /** What the server has rendered. */
  rendered?: string;
}

/** Connections that are open. */
const open = (shop: Shop) => shop.sockets.filter((socket) => !socket.isClosed()).length;

async function run(scene: Scene, { code, modules, packages, rendered = "" }: Application): Promise<Shop> {
  const script = scene.serve("/app.js", await bundled(code, { modules, packages }));
  const shop = await scene.open(`<div id="root">${rendered}</div><script src="${script}"></script>`, {}, false);
  await shop.page.waitForSelector("seat-map");
  await shop.ready();
  return shop;
}

export const react: Claims = {
  "docs/react.md: React 19": {
    claim: "in React 19 properties, attributes and events are props, and rendering anew keeps the one connection",
    async show(scene) {
      const modules = { "./seats": scene.snippet("tsx") };
      const misspelt = modules["./seats"].replace("tokenProvider={", "tokenProvidr={");
      const [first, ...more] = complaints({ "seats.tsx": modules["./seats"], "misspelt.tsx": misspelt }, REACT_19);
      assert.match(first!, /misspelt\.tsx: .*tokenProvidr/s, "what is misspelt is refused");
      assert.deepEqual(more.filter((complaint) => !complaint.includes("misspelt.tsx")), []);
      const shop = await run(scene, { code: mount("Seats", "./seats", { eventId: scene.event }), modules, packages: REACT_19 });
      await shop.call("hold", ["A1"]);
      await eventually("the sum", () => shop.page.locator("output").textContent(), "150 USD");
      await assert.rejects(shop.call("hold", ["A2", "A3", "A4", "A5"]), { code: "limit_exceeded" });
      assert.equal(open(shop), 1);
      scene.serve(`/pay/${(await shop.selection()).holdId}`, "<!doctype html><title>Pay</title>", { "content-type": "text/html" });
      await shop.part("basket").getByRole("button", { name: "Continue" }).click();
      await eventually("the page to pay on", () => shop.page.title(), "Pay");
    },
  },
  "docs/react.md: Methods": {
    claim: "in React a ref gives the methods, and what they are rejected with can be shown",
    async show(scene) {
      const modules = { "./pair": scene.snippet("tsx") };
      assert.deepEqual(complaints({ "pair.tsx": modules["./pair"] }, REACT_19), []);
      const properties = { eventId: scene.event, token: scene.buyer.token };
      const shop = await run(scene, { code: mount("Pair", "./pair", properties), modules, packages: REACT_19 });
      const press = () => shop.page.getByRole("button", { name: "Two good seats" }).click();
      await press();
      await eventually("two are held", async () => (await shop.held()).length, 2);
      await shop.setAttribute("max-seats", "2");
      await press();
      await eventually("it says why not", async () => (await shop.page.getByRole("alert").first().textContent()) !== "", true);
    },
  },
  "docs/react.md: Rendered on a server": {
    claim: "what React writes on a server says that the seats will come, and in the browser they come without a complaint",
    async show(scene) {
      const modules = {
        "./seats": scene.under("docs/react.md: React 19").snippet("tsx"),
        "./seats-in-browser": scene.snippet("tsx"),
      };
      const [server, client] = [scene.snippet("tsx", 1), scene.snippet("tsx", 2)];
      const files = {
        "seats.tsx": modules["./seats"], "seats-in-browser.tsx": modules["./seats-in-browser"], "server.tsx": server, "client.tsx": client,
      };
      assert.deepEqual(complaints(files, REACT_19), []);
      const rendered: string = (await moduleOf(server, { modules })).render(scene.event);
      assert.match(rendered, /^<p>The seats are on their way…<\/p>$/);
      const shop = await run(scene, { code: client, modules, packages: REACT_19, rendered });
      await shop.call("hold", ["A1"]);
      await eventually("the sum", () => shop.page.locator("output").textContent(), "150 USD");
    },
  },
  "docs/react.md: React 18": {
    claim: "in React 18 the component sets properties and listeners, each once, and rendering anew keeps the one connection",
    async show(scene) {
      const modules = { "./seat-map-18": scene.snippet("tsx"), "./seats": scene.snippet("tsx", 1) };
      const files = { "seat-map-18.tsx": modules["./seat-map-18"], "seats.tsx": modules["./seats"] };
      assert.deepEqual(complaints(files, REACT_18), []);
      const version = `import { version } from "react"; globalThis.react = version;`;
      const code = version + mount("Seats", "./seats", { eventId: scene.event });
      const shop = await run(scene, { code, modules, packages: REACT_18 });
      assert.match(String(await shop.page.evaluate("react")), /^18\./);
      await shop.call("hold", ["A1"]);
      await shop.call("hold", ["A2"]);
      await eventually("the seats are counted", () => shop.page.locator("output").textContent(), "2");
      await assert.rejects(shop.call("hold", ["A3", "A4", "A5"]), { code: "limit_exceeded" });
      assert.equal(open(shop), 1);
    },
  },
};
