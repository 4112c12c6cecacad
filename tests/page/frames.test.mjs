import assert from "node:assert/strict";
import test from "node:test";
import { steppedTime } from "../../static/player/frames.js";

test("a step leads to the middle of the next frame, or of the one before", () => {
  assert.equal(steppedTime(0, 1, 25), 0.06);
  assert.equal(steppedTime(1.03, 1, 25), 1.06);
  assert.equal(steppedTime(1.03, -1, 25), 0.98);
});

test("a hundred steps are a hundred frames, whatever a rate such as 23.976 is rounded to", () => {
  const rate = 24000 / 1001;
  let time = 0;
  for (let i = 0; i < 100; i++) time = Math.round(steppedTime(time, 1, rate) * 1e6) / 1e6;
  assert.equal(Math.floor(time * rate), 100);
});

test("there is nothing before the first frame, and a rate that is not known is taken for 24", () => {
  assert.equal(steppedTime(0.01, -1, 25), 0);
  assert.equal(steppedTime(0, 1), 1.5 / 24);
});
