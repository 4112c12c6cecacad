import assert from "node:assert/strict";
import test from "node:test";
import { nextSleep, sleepInWords, sleepTime } from "../../static/player/sleep-timer.js";

test("each choice says when", () => {
  const words = [null, 15, "end"].map(sleepInWords);
  assert.deepEqual(words, ["Off", "In 15 minutes", "At the end of the film"]);
});

test("one press after another leads through all choices", () => {
  const found = [null];
  for (let i = 0; i < 7; i++) found.push(nextSleep(found.at(-1)));
  assert.deepEqual(found, [null, 15, 30, 45, 60, 90, "end", null]);
});

test("minutes count from when they were set; the end of the film is not a time of the clock", () => {
  assert.equal(sleepTime(30, 1_000_000), 2_800_000);
  assert.equal(sleepTime("end", 1_000_000), Infinity);
  assert.equal(sleepTime(null, 1_000_000), Infinity);
});
