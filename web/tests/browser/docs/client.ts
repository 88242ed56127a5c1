/** The README's examples of the client alone. */
import assert from "node:assert/strict";
import { eventually } from "../eventually.js";
import { buyer } from "../stack.js";
import { moduleOf, bundled } from "./bundle.js";
import type { Claims } from "./scene.js";

export const client: Claims = {
  "README.md: The client alone": {
    claim: "the client holds seats in Node, and follows an event in a page",
    async show(scene) {
      const { hold } = await moduleOf(scene.snippet("js"));
      assert.deepEqual(await hold(async () => scene.buyer.token), ["A1", "A2"]);
      assert.deepEqual(await scene.buyer.held(scene.event), ["A1", "A2"]);

      const script = scene.serve("/app.js", await bundled(scene.snippet("js", 1)));
      const shop = await scene.open(`<p>?</p><script src="${script}"></script>`, {}, false);
      const said = () => shop.page.locator("p").textContent();
      await eventually("what is taken", said, "2 taken");
      await scene.buyer.release(scene.event, ["A1"]);
      await eventually("what is taken then", said, "1 taken");
    },
  },
  "README.md: Coming from Socket.IO": {
    claim: "a trip is told whole, then seat by seat, and a hold is answered",
    async show(scene) {
      const page = `
        globalThis.token = ${JSON.stringify(scene.buyer.token)};
        globalThis.draw = (seats) => (document.querySelector("p").textContent = seats.length + " seats");
        globalThis.mark = (label, status) => (document.querySelector("output").textContent = label + " " + status);`;
      const script = scene.serve("/app.js", `${page}\n${await bundled(scene.snippet("js"))}`);
      const shop = await scene.open(`<p></p><output></output><script src="${script}"></script>`, {}, false);
      await eventually("every seat", () => shop.page.locator("p").textContent(), "60 seats");
      await eventually("the hold", () => scene.buyer.held(scene.event), ["A1"]);
      await buyer("bob").hold(scene.event, ["B2"]);
      await eventually("what is told of it", () => shop.page.locator("output").textContent(), "B2 held");
    },
  },
};
