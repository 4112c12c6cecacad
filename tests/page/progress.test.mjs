import { newDevice } from "./browser.mjs";
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import {
  adoptProgress,
  keepProgress,
  keptProgress,
  markFilm,
  markWatched,
  progressOf,
  progressOfCut,
  progressOfFilm,
  putAside,
} from "../../static/shared/progress.js";
import { noteVersions } from "../../static/shared/versions.js";

let now = 0; // milliseconds since 1970

beforeEach(() => {
  newDevice();
  now = 1_000;
  Date.now = () => now++;
});

function movie(name, more = {}) {
  return { path: `${name}.mp4`, url: `/videos/${name}.mp4`, ...more };
}

test("a film never begun has no progress", () => {
  assert.equal(progressOf("a.mp4"), null);
});

test("a film goes on from where it was left", () => {
  keepProgress("a.mp4", 61.5, 5400);
  assert.deepEqual(progressOf("a.mp4"), { time: 61.5, duration: 5400, watched: false, seen: 1_000 });
});

test("a glance is not kept", () => {
  keepProgress("a.mp4", 4, 5400);
  assert.equal(progressOf("a.mp4"), null);
});

test("a film without an end is not kept", () => {
  keepProgress("a.mp4", 61, Infinity);
  assert.equal(progressOf("a.mp4"), null);
});

test("the last twentieth makes a film watched, and begins it anew", () => {
  keepProgress("a.mp4", 5130, 5400);
  assert.deepEqual(progressOf("a.mp4"), { time: 0, duration: 5400, watched: true, seen: 1_000 });
});

test("closing credits make a film watched, and begin it anew", () => {
  keepProgress("a.mp4", 4800, 5400, { inCredits: true });
  assert.deepEqual(progressOf("a.mp4"), { time: 0, duration: 5400, watched: true, seen: 1_000 });
});

test("the last twentieth of a film that grows is not its end", () => {
  keepProgress("a.mp4", 5400, 5400, { grows: true });
  assert.deepEqual(progressOf("a.mp4"), { time: 5400, duration: 5400, watched: false, seen: 1_000 });
});

test("a film that is seen again stays watched", () => {
  markWatched("a.mp4", true);
  keepProgress("a.mp4", 100, 5400);
  assert.deepEqual(progressOf("a.mp4"), { time: 100, duration: 5400, watched: true, seen: 1_001 });
});

test("a mark can be taken away", () => {
  markWatched("a.mp4", true);
  markWatched("a.mp4", false);
  assert.equal(progressOf("a.mp4"), null);
});

test("all that is kept is told at once, and nothing of other pages", () => {
  keepProgress("a.mp4", 100, 5400);
  markWatched("b.mp4", true);
  localStorage.setItem("player /", "{}");
  localStorage.setItem("progress /other c.mp4", "{}");
  assert.deepEqual([...keptProgress()].map(([key, { watched }]) => [key, watched]), [["a.mp4", false], ["b.mp4", true]]);
});

test("a film that is put aside stays watched", () => {
  markWatched("a.mp4", true);
  putAside([movie("a"), movie("b")]);
  assert.deepEqual(progressOf("a.mp4"), { time: 0, duration: 0, watched: true, seen: 0 });
  assert.equal(progressOf("b.mp4"), null);
});

test("two libraries of one host keep what they know apart", () => {
  keepProgress("a.mp4", 100, 5400);
  location.pathname = "/other/";
  assert.equal(progressOf("a.mp4"), null);
});

test("what no program can have written is no progress", () => {
  localStorage.setItem("progress / a.mp4", "{");
  assert.equal(progressOf("a.mp4"), null);
});

test("the versions of a cut share their place, and an edition goes its own way", () => {
  const [hd, sd] = [movie("hd"), movie("sd")].map((each) => ({ ...each, version_of: "/videos/hd.mp4" }));
  const cut = { ...movie("cut"), version_of: "/videos/hd.mp4", edition: "Director's Cut" };
  noteVersions([hd, sd, cut]);
  keepProgress("hd.mp4", 100, 5400);
  keepProgress("sd.mp4", 200, 5400);
  assert.equal(progressOfCut(hd).time, 200);
  assert.equal(progressOfCut(cut), null);
});

test("a film is watched once any of its versions is, and a mark is of them all", () => {
  const [hd, sd] = [movie("hd"), movie("sd")].map((each) => ({ ...each, version_of: "/videos/hd.mp4" }));
  noteVersions([hd, sd]);
  markWatched("sd.mp4", true);
  assert.equal(progressOfFilm(hd).watched, true);
  markFilm(hd, false);
  assert.equal(progressOfFilm(hd), null);
});

test("what was kept by a path that several films share goes to the first of them", () => {
  const film = { path: "caf\ufffd.mp4", url: "/videos/caf%E9.mp4" };
  keepProgress("caf\ufffd.mp4", 100, 5400);
  adoptProgress([film]);
  assert.equal(progressOf("/videos/caf%E9.mp4").time, 100);
  assert.equal(progressOf("caf\ufffd.mp4"), null);
});
