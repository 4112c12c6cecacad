import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { entriesOf } from "../../static/library/entries.js";
import { ordered } from "../../static/library/orders.js";
import { cards, episode, movie } from "./library.mjs";

const LIST = [
  movie("Film 10.mp4", { modified: "2026-03-01T00:00:00Z", duration: 60 }),
  movie("Film 2.mp4", { modified: "2026-01-01T00:00:00Z", year: 1999, duration: 90 }),
  movie("The Gleaners.mp4", { modified: "2026-02-01T00:00:00Z", year: 2000 }),
  episode("Amber", 1, 1, { modified: "2026-01-15T00:00:00Z", year: 2010, duration: 50 }),
  episode("Amber", 2, 1, { modified: "2026-04-01T00:00:00Z", year: 2012, duration: 50 }),
];
const [F2, F10, G, A] = ["Film 2.mp4", "Film 10.mp4", "The Gleaners.mp4", "Amber"];

/** What is not known comes last, whichever way. A series is as old as its newest episode, and as long as all of them. */
const ORDERS = {
  "": [A, F2, F10, G],
  title: [A, F2, F10, G],
  "-title": [G, F10, F2, A],
  newest: [A, F10, G, F2],
  "-newest": [F2, G, F10, A],
  year: [A, G, F2, F10],
  "-year": [F2, G, A, F10],
  duration: [F10, F2, A, G],
  "-duration": [A, F2, F10, G],
  constructor: [A, F2, F10, G],
};

for (const [sort, expected] of Object.entries(ORDERS)) {
  test(`films and series in order: "${sort}"`, () => assert.deepEqual(cards(ordered(entriesOf(LIST), sort)), expected));
}
