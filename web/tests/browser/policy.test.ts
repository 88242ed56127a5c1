/** A page whose Content-Security-Policy allows nothing that is not needed, with Trusted Types. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { eventually } from "./eventually.js";
import { club } from "./layouts.js";
import { isDrawn } from "./picture.js";
import { STRICT } from "./policy.js";
import { buyer, putOnSale } from "./stack.js";
import { claim } from "./stage.js";
import { isEnforced } from "./trusted-types.js";

describe("a strict page", () => {
  claim("everything works under a strict Content-Security-Policy and Trusted Types", async (stage) => {
    const event = await putOnSale(club());
    const { shop } = await stage.visitor(event, { headers: { "content-security-policy": STRICT } });
    assert.equal(await isEnforced(stage, shop.address), true, "the policy is in force");
    assert.equal(await isDrawn(shop), true);

    await shop.openSection("Balcony");
    await shop.seat("A1").click();
    await shop.showsAsMine("A1");
    await shop.call("holdArea", "dance", 2);
    await shop.part("map").hover();
    await buyer("bob").hold(event, ["B1"]);
    await shop.shows("B1", "held");
    await shop.setAttribute("theme", "dark");
    await shop.setAttribute("lang", "de");
    await eventually("German", () => shop.part("list").locator("h2").innerText(), "Plätze");
    await shop.setAttribute("lang", "en");
    await shop.part("basket").getByRole("button", { name: "Continue" }).click();
    await eventually("the last step", () => shop.part("dialog").isVisible(), true);
    await shop.call("release");
    await eventually("nothing is held", () => shop.held(), []);
    assert.deepEqual(shop.faults, []);
  });
});
