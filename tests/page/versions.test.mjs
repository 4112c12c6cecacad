import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { commonEdition, isSameCut, noteVersions, onePerFilm, versionNames, versionsOf } from "../../static/shared/versions.js";

function version(path, more = {}) {
  return { path, url: `/videos/${path}`, version_of: "/videos/Film.mp4", bytes: 1_000_000, ...more };
}

test("a movie of a list that is not noted is its own only version", () => {
  const film = version("Film.mp4");
  assert.deepEqual(versionsOf(film), [film]);
});

test("films of one version_of are one, in the order of the list", () => {
  const [first, other, second] = [version("Film.mp4"), { path: "x.mp4", url: "/videos/x.mp4" }, version("Film 4K.mkv")];
  noteVersions([first, other, second]);
  assert.deepEqual(versionsOf(second), [first, second]);
  assert.deepEqual(onePerFilm([first, other, second], (versions) => versions.at(-1)), [second, other]);
});

const CUTS = [
  ["lengths that credits explain", { duration: 7200 }, { duration: 7205 }, true],
  ["other lengths", { duration: 7200 }, { duration: 7206 }, false],
  ["a length that is not known", { duration: 7200 }, {}, true],
  ["other editions", { duration: 7200, edition: "Extended" }, { duration: 7200 }, false],
];

for (const [what, one, other, same] of CUTS) {
  test(`whether two versions have the same scenes: ${what}`, () => {
    assert.equal(isSameCut(version("a.mp4", one), version("b.mp4", other)), same);
  });
}

test("an edition is the film's where all of its versions have it", () => {
  const [extended, again] = ["a", "b"].map((path) => version(path, { edition: "Extended" }));
  assert.equal(commonEdition([extended, again]), "Extended");
  assert.equal(commonEdition([extended, version("c")]), undefined);
});

test("versions are called by edition and quality, and by their lengths where they are other cuts", () => {
  const names = versionNames([
    version("Film.mp4", { video: { width: 1920, height: 1080 }, duration: 7000 }),
    version("Film Director's Cut 4K.mkv", { edition: "Director's Cut", version: "4K", duration: 7032 }),
  ]);
  assert.deepEqual(names, ["1080p · 1:56:40", "Director's Cut · 4K · 1:57:12"]);
});

test("versions that would read the same are told apart by what differs", () => {
  assert.deepEqual(versionNames([version("Film.mp4"), version("Film.mkv")]), ["MP4", "MKV"]);
  const alike = { version: "1080p" };
  assert.deepEqual(versionNames([version("A/Film.mp4", alike), version("B/Film.mp4", alike)]), ["1080p · A", "1080p · B"]);
});
