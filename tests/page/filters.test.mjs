import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { entriesOf } from "../../static/library/entries.js";
import { facetsOf, passing } from "../../static/library/filters.js";
import { cards, episode, movie } from "./library.mjs";

const DE = { audio: [{ language: "de" }] };
const LIST = [
  movie("a.mp4", { year: 1994, genres: ["Drama"], video: { width: 1920, height: 800 }, ...DE }),
  movie("b.mp4", { year: 1999, genres: ["Drama", "Comedy"], video: { width: 3840, height: 1600 } }),
  movie("c.mp4", { year: 2004, subtitles: [{ language: "de" }], video: { width: 1280, height: 720 } }),
  movie("d.mp4"),
  episode("Show", 1, 1, { genres: ["Drama"] }),
  episode("Show", 1, 2, { ...DE }),
];
const HERE = { isWatched: ({ path }) => path === "a.mp4" || path === "Show/1x1.mp4", plays: ({ path }) => path !== "b.mp4" };

const CHOICES = [
  [{}, ["a.mp4", "b.mp4", "c.mp4", "d.mp4", "Show"]],
  [{ genre: "Drama" }, ["a.mp4", "b.mp4", "Show"]],
  [{ genre: "Drama", decade: "1990" }, ["a.mp4", "b.mp4"]],
  [{ genre: "Drama", plays: "1" }, ["a.mp4", "Show"]],
  [{ genre: "Drama", unwatched: "1" }, ["b.mp4"]], // the episode that is a drama was watched
  [{ unwatched: "1" }, ["b.mp4", "c.mp4", "d.mp4", "Show"]],
  [{ sound: "de" }, ["a.mp4", "Show"]],
  [{ subtitles: "de" }, ["c.mp4"]],
  [{ resolution: "4K" }, ["b.mp4"]],
  [{ resolution: "8K" }, []],
];

for (const [chosen, expected] of CHOICES) {
  test(`filters combine: ${JSON.stringify(chosen)}`, () => {
    assert.deepEqual(cards(passing(entriesOf(LIST), chosen, HERE)), expected);
  });
}

async function facet(chosen, name) {
  return (await facetsOf(entriesOf(LIST), chosen, HERE)).find((each) => each.name === name);
}

async function counts(chosen, name) {
  return (await facet(chosen, name)).choices.map(({ words, count }) => [words, count]);
}

test("each choice says how many there would be with the other filters", async () => {
  assert.deepEqual(await counts({}, "genre"), [["Comedy", 1], ["Drama", 3]]);
  assert.deepEqual(await counts({ decade: "1990" }, "genre"), [["Comedy", 1], ["Drama", 2]]);
  assert.deepEqual(await counts({ genre: "Comedy" }, "genre"), [["Comedy", 1], ["Drama", 3]]);
  assert.equal(await facet({ genre: "Comedy" }, "sound"), undefined);
});

test("choices stand as people look for them: the latest, the sharpest and the alphabet first", async () => {
  assert.deepEqual(await counts({}, "decade"), [["2000s", 1], ["1990s", 2]]);
  assert.deepEqual(await counts({}, "resolution"), [["4K", 1], ["1080p", 1], ["720p", 1]]);
  assert.deepEqual(await counts({}, "sound"), [["German", 2]]);
});

test("a filter that divides nothing is not offered, unless it is chosen", async () => {
  assert.deepEqual(await facetsOf(entriesOf(LIST.slice(0, 1)), {}, HERE), []);
  assert.deepEqual((await facet({ sound: "fr" }, "sound")).choices.map(({ value, count }) => [value, count]), [["fr", 0], ["de", 2]]);
});
