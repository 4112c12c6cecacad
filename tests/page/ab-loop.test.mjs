import assert from "node:assert/strict";
import test from "node:test";
import { loopedTime, pressLoop } from "../../static/player/ab-loop.js";

test("three presses set A, set B, and end the loop", () => {
  const begun = pressLoop(null, 10);
  assert.deepEqual(begun, { a: 10, b: null });
  const loop = pressLoop(begun, 20);
  assert.deepEqual(loop, { a: 10, b: 20 });
  assert.equal(pressLoop(loop, 15), null);
});

test("a B before A is taken for A", () => {
  assert.deepEqual(pressLoop({ a: 20, b: null }, 10), { a: 10, b: 20 });
});

test("a loop has half a second at least", () => {
  assert.deepEqual(pressLoop({ a: 20, b: null }, 20), { a: 20, b: 20.5 });
});

test("the film goes on from A once it is at B", () => {
  const loop = { a: 10, b: 20 };
  assert.equal(loopedTime(loop, 19.9), null);
  assert.equal(loopedTime(loop, 20), 10);
  assert.equal(loopedTime(loop, 31), 10);
  assert.equal(loopedTime({ a: 10, b: null }, 31), null);
  assert.equal(loopedTime(null, 31), null);
});
