// Standing room: an area whose places are sold by how many, and told of by their ids like seats.

import { STATES, stateOf, untouched } from "./seat.js";

const PLACE = /^place_(.+)_(0|[1-9]\d*)$/;

export class Area {
  /** The places that are known of. There may be thousands more, which have never changed. */
  places = new Map();

  constructor({ id, name, capacity, categoryId, shape }, categories) {
    Object.assign(this, { id, name, capacity, category: categories.get(categoryId), ...shape });
  }

  contains(x, y) {
    return x > this.x && x < this.x + this.width && y > this.y && y < this.y + this.height;
  }

  /** The place with this id, which is noted down from now on. */
  place(id) {
    const [, area, number] = PLACE.exec(id) ?? [];
    if (area !== this.id || Number(number) >= this.capacity) return undefined;
    if (!this.places.has(id)) {
      const state = { status: "available", version: 0, expires: null, mine: false };
      this.places.set(id, { id, area: this, category: this.category, ...state });
    }
    return this.places.get(id);
  }

  /** How many places are in each state. What has no price is not for sale wherever nobody has it. */
  counts() {
    const free = untouched(this.category);
    const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
    counts[free] = this.capacity - this.places.size;
    for (const place of this.places.values()) {
      const state = stateOf(place);
      counts[state === "available" ? free : state] += 1;
    }
    return counts;
  }
}
