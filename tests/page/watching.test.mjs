import { newDevice } from "./browser.mjs";
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { nextOf, toGoOnWith } from "../../static/library/watching.js";
import { keepProgress, markWatched, putAside } from "../../static/shared/progress.js";
import { episode, movie, paths } from "./library.mjs";

const SHOW = [episode("Show", 0, 1), episode("Show", 1, 1), episode("Show", 1, 2), episode("Show", 2, 1)];
const [SPECIAL, FIRST, SECOND, LAST] = paths(SHOW);
const FILM = movie("Film.mp4");

let now = 0;

beforeEach(() => {
  newDevice();
  now = 1_000;
  Date.now = () => now++;
});

/** What happens, one after the other, then what there is to go on with. */
const STORIES = [
  ["nothing was begun", () => {}, []],
  ["a film was begun", () => begin("Film.mp4"), ["Film.mp4"]],
  ["a film was watched to its end", () => watch("Film.mp4"), []],
  ["an episode was begun", () => begin(FIRST), [FIRST]],
  ["an episode was watched: the next", () => watch(FIRST), [SECOND]],
  ["the last of a season was watched: the next season", () => watch(FIRST, SECOND), [LAST]],
  ["the last of all was watched, and no special follows", () => watch(LAST), []],
  ["the next was watched before: the one after it", () => watch(SECOND, FIRST), [LAST]],
  ["two of a series were begun: only the latest", () => (begin(FIRST), begin(LAST)), [LAST]],
  ["the latest first", () => (watch(FIRST), begin("Film.mp4")), ["Film.mp4", SECOND]],
  ["the series was put aside", () => (watch(FIRST), putAside(SHOW)), []],
];

for (const [what, happen, expected] of STORIES) {
  test(`to go on with: ${what}`, () => {
    happen();
    assert.deepEqual(paths(toGoOnWith([FILM, ...SHOW])), expected);
  });
}

const NEXT = [
  ["nothing was watched", () => {}, FIRST, "new"],
  ["one was begun", () => begin(SECOND), SECOND, "begun"],
  ["one was watched", () => watch(FIRST), SECOND, "next"],
  ["the last was watched, and some before it were not", () => watch(LAST), FIRST, "next"],
  ["all but the special were watched", () => watch(FIRST, SECOND, LAST), SPECIAL, "next"],
  ["all were watched", () => watch(SPECIAL, FIRST, SECOND, LAST), FIRST, "over"],
];

for (const [what, happen, path, stage] of NEXT) {
  test(`the next episode of a series: ${what}`, () => {
    happen();
    const next = nextOf(SHOW);
    assert.deepEqual([next.movie.path, next.stage], [path, stage]);
  });
}

function begin(path) {
  keepProgress(path, 600, 3000);
}

function watch(...watched) {
  for (const path of watched) markWatched(path, true);
}
