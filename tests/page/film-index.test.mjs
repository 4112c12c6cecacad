import assert from "node:assert/strict";
import test from "node:test";
import "./browser.mjs";
import { described, heard, seen, segmentAt, segmentUrl } from "../../static/player/segments/film-index.js";

const CUTS = [0, 2.002, 4.004, 10];
const INDEX = "http://host/below/segments/A%20film.mkv/index.json?v=4cc8";

for (const [time, n] of [[0, 0], [2, 0], [2.0016, 1], [2.002, 1], [4.5, 2], [9.9, 2], [10, 3], [5000, 3], [-1, 0]]) {
  test(`second ${time} is in segment ${n}`, () => assert.equal(segmentAt(CUTS, time), n));
}

test("a segment is beside the index, and of the same version", () => {
  assert.equal(segmentUrl(INDEX, "a1", 12, false), "http://host/below/segments/A%20film.mkv/a1-12.m4s?v=4cc8");
  assert.equal(segmentUrl(INDEX, "v0", 0, true), "http://host/below/segments/A%20film.mkv/v0-0.m4s?v=4cc8&init=1");
});

test("a sound is a commentary where the list says so, as it is and converted", () => {
  const tracks = ["v0", "a1", "a2", "c2"].map((name) => ({ name, type: "" }));
  const told = described(tracks, [{ stream: 1, name: "AAC" }, { stream: 2, name: "DTS", commentary: true }]);
  assert.deepEqual(told.map(({ commentary }) => commentary), [undefined, undefined, true, true]);
});

const SOUNDS = ["v0", "a1", "c1", "s1", "a2", "c3"].map((name) => ({ name, type: name[0] === "a" ? `own ${name}` : "AAC" }));

for (const [plays, names] of [
  [["AAC"], ["c1", "s1", "c3"]],
  [["AAC", "own a1", "own a2"], ["a1", "a2", "c3"]],
  [["AAC", "own a2"], ["c1", "s1", "a2", "c3"]],
  [["own a2"], ["a2"]],
]) {
  test(`a browser that plays ${plays.join(", ")} has the sounds ${names.join(", ")}`, () => {
    assert.deepEqual(heard(SOUNDS, ({ type }) => plays.includes(type)).map(({ name }) => name), names);
  });
}

const PICTURES = [{ name: "v0", type: "hvc1" }, { name: "x0", type: "avc1" }];

for (const [plays, name] of [[["hvc1", "avc1"], "v0"], [["avc1"], "x0"], [[], undefined]]) {
  test(`a browser that shows ${plays.join(", ") || "nothing"} has the picture ${name}`, () => {
    assert.equal(seen(PICTURES, ({ type }) => plays.includes(type))?.name, name);
  });
}
