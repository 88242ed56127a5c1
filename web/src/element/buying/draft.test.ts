/** What a buyer has typed, and what of it is sent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { detailsOf, emptyDraft, withPassenger } from "./draft.js";

const typed = { ...emptyDraft(), name: " Ann Lee ", email: "ann@shop.example " };

test("names go with the seats they were typed for, and seats without one are left out", () => {
  const draft = withPassenger(withPassenger(typed, 2, { firstName: "Bo" }), 2, { lastName: " Lee " });
  assert.deepEqual(detailsOf(draft, ["A1", "A2", "A3"]), {
    contactInfo: { name: "Ann Lee", email: "ann@shop.example" },
    passengers: [{ seatId: "A3", firstName: "Bo", lastName: "Lee" }],
  });
});

test("what was typed fits other seats, and names that no seat is left for are not sent", () => {
  const draft = withPassenger(withPassenger(typed, 0, { firstName: "Bo" }), 1, { firstName: "Cy" });
  assert.deepEqual(detailsOf(draft, ["F7"]).passengers, [{ seatId: "F7", firstName: "Bo", lastName: "" }]);
});

test("where nobody was named, no passengers are sent", () => {
  assert.equal("passengers" in detailsOf(typed, ["A1"]), false);
  assert.equal("passengers" in detailsOf(withPassenger(typed, 0, { firstName: "  " }), ["A1"]), false);
});
