import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { differenceInWords, scrubbedTime } from "../../static/player/scrub.js";
import { clockTime } from "../../static/shared/address.js";

test("across the picture, a finger seeks a minute and a half, and a twentieth of the film", () => {
  assert.equal(scrubbedTime(600, 1, 7200), 600 + 90 + 360);
  assert.equal(scrubbedTime(600, -0.5, 7200), 600 - 225);
});

test("a short film is sought from end to end", () => {
  assert.equal(scrubbedTime(0, 1, 40), 40);
  assert.equal(scrubbedTime(10, 0.25, 40), 20);
});

test("no finger leads out of the film", () => {
  assert.equal(scrubbedTime(5, -1, 7200), 0);
  assert.equal(scrubbedTime(7190, 1, 7200), 7200);
});

test("the way is told with its sign", () => {
  assert.equal(differenceInWords(10.9, clockTime), "+0:10");
  assert.equal(differenceInWords(-65, clockTime), "−1:05");
});
