/** docs/llms.txt as somebody follows it who has seen nothing else: its files in a folder, its server started, its page opened. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "../eventually.js";
import { Shop } from "../shop.js";
import { STACK } from "../stack.js";
import type { Claims, Scene } from "./scene.js";

/** Long enough for a page to be told of it before it is over. */
const SHORT_HOLD_MINUTES = 3 / 60;

/** Starts the shop until the test is over; its address. Each file has its name in its first line. */
async function started(scene: Scene): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-llms-"));
  scene.stage.atEnd(() => rm(folder, { recursive: true }));
  const files = [...[0, 1, 2].map((n) => scene.snippet("js", n)), scene.snippet("html")];
  for (const code of files) {
    const [, name] = /^(?:\/\/|<!doctype html><!--) ([\w.]+)/.exec(code)!;
    await writeFile(join(folder, name!), code);
  }
  const env = { ...process.env, HOLDFAST_URL: STACK.base, HOLDFAST_JWT_SECRET: STACK.secret, PORT: "0" };
  const server = spawn(process.execPath, ["shop.mjs"], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
  scene.stage.atEnd(async () => {
    if (server.kill()) await once(server, "exit");
  });
  const [line] = (await once(createInterface(server.stdout), "line")) as [string];
  return line.replace("The shop is at ", "");
}

/** Another guest, since each window has its own cookies. */
async function visit(scene: Scene, address: string): Promise<Shop> {
  const shop = await Shop.at(await scene.stage.window(), address);
  scene.stage.shops.push(shop);
  await shop.ready();
  await shop.openSection("Stalls");
  return shop;
}

const said = (shop: Shop) => shop.page.locator("output").last().textContent();

/** Holds for a moment, as the page would for ten minutes, with the token that the shop gives this guest. */
async function holdBriefly(scene: Scene, shop: Shop, seatId: string): Promise<void> {
  const token = await shop.page.evaluate((path) => fetch(path).then((response) => response.text()), scene.prepared("/holdfast-token"));
  const response = await fetch(`${STACK.base}/seat-booking/hold-seats`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ eventId: scene.event, seatIds: [seatId], holdDurationMinutes: SHORT_HOLD_MINUTES }),
  });
  assert.equal(response.status, 200);
  await shop.call("refresh");
}

export const llms: Claims = {
  "../docs/llms.txt: The shop, in four files": {
    claim: "the four files are a shop: seats are chosen, paid and booked by the server, every map follows, and time runs out",
    event: { rules: { confirmBy: "admin" } },
    async show(scene) {
      const address = await started(scene);
      const [ann, bob] = [await visit(scene, address), await visit(scene, address)];
      await ann.seat("A1").click();
      await ann.showsAsMine("A1");
      await bob.shows("A1", "held");
      await ann.part("basket").getByRole("button", { name: "Continue" }).click();
      await ann.page.getByRole("button", { name: "Pay 150 USD" }).click();
      await eventually("it is booked", async () => /^Booked: [0-9a-f]{24}$/.test((await said(ann)) ?? "") || said(ann), true);
      await bob.shows("A1", "booked");

      await holdBriefly(scene, bob, "A2");
      await assert.rejects(bob.call("confirm"), { code: "forbidden" });
      await eventually("the time is up", async () => (await said(bob))?.startsWith("The time is up"), true);
      await ann.shows("A2", "available");
    },
  },
};
