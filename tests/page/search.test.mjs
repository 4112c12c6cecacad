import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { found } from "../../static/library/search.js";
import { noteVersions } from "../../static/shared/versions.js";

const AMELIE = { title: "Amélie à la plage", year: 2001, path: "France/amelie.mp4", url: "/videos/France/amelie.mp4" };
const PILOT = { title: "Pilot", series: "The Wire", path: "a/b.mkv", url: "/videos/a/b.mkv" };
const FILMS = [AMELIE, PILOT];

for (const words of ["amelie", "AMÉLIE", "  plage   2001 ", "france"]) {
  test(`a film is found by its title, year or path, whatever the case and the accents: "${words}"`, () => {
    assert.deepEqual(found(FILMS, words), [AMELIE]);
  });
}

test("an episode is found by its series", () => {
  assert.deepEqual(found(FILMS, "wire pilot"), [PILOT]);
});

test("every word must be there", () => {
  assert.deepEqual(found(FILMS, "amelie wire"), []);
});

test("without words all films are found", () => {
  assert.deepEqual(found(FILMS, " "), FILMS);
});

test("a film is found by the name of any of its versions", () => {
  const film = { title: "Solaris", path: "Solaris.mp4", url: "/videos/Solaris.mp4", version_of: "/videos/Solaris.mp4" };
  const sharp = { ...film, path: "Solaris Criterion.mkv", url: "/videos/Solaris%20Criterion.mkv" };
  noteVersions([film, sharp]);
  assert.deepEqual(found([film], "criterion"), [film]);
});
