import assert from "node:assert/strict";
import test from "node:test";
import { tracksFor, withTracks } from "../../static/shared/track-memory.js";

const GERMAN = { language: "de" };
const JAPANESE = { language: "ja" };

/** Keeps one choice after another, each [series, choice], as the page does. */
function kept(...choices) {
  return choices.reduce((all, [series, choice]) => ({ ...all, ...withTracks(all, series, choice) }), { volume: 1 });
}

test("nothing is remembered before the first choice", () => {
  assert.deepEqual(tracksFor({}, "Night Trains"), { captions: undefined, sound: undefined });
});

test("the last choice holds for all films that have none of their own", () => {
  const all = kept([undefined, { sound: GERMAN }], ["Anime", { sound: JAPANESE, captions: GERMAN }]);
  assert.deepEqual(tracksFor(all), { sound: JAPANESE, captions: GERMAN });
  assert.deepEqual(tracksFor(all, "Other"), { sound: JAPANESE, captions: GERMAN });
});

test("a series keeps its own choice, whatever is chosen elsewhere", () => {
  const all = kept(["Anime", { sound: JAPANESE }], ["Anime", { captions: GERMAN }], [undefined, { sound: GERMAN }]);
  assert.deepEqual(tracksFor(all, "Anime"), { sound: JAPANESE, captions: GERMAN });
  assert.deepEqual(tracksFor(all).sound, GERMAN);
});

test("subtitles that were switched off in a series stay off there", () => {
  const all = kept(["Anime", { captions: { off: true } }], [undefined, { captions: GERMAN }]);
  assert.deepEqual(tracksFor(all, "Anime").captions, { off: true });
});

test("two hundred series are remembered, the latest ones, whatever they are called", () => {
  const names = [...Array(250).keys()].map(String);
  const all = kept(...names.map((name) => [name, { sound: GERMAN }]), ["__proto__", { sound: JAPANESE }]);
  assert.equal(all.series.length, 200);
  assert.deepEqual(tracksFor(all, "__proto__").sound, JAPANESE);
  assert.equal(all.series.some(([name]) => name === "50"), false);
});
