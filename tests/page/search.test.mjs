import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { found } from "../../static/library/search.js";
import { noteVersions } from "../../static/shared/versions.js";
import { cards, episode, movie } from "./library.mjs";

const LIBRARY = [
  movie("France/amelie.mp4", { title: "Amélie à la plage", year: 2001, genres: ["Romance"], people: ["Agnès Varda"] }),
  movie("The Matrix.mp4", { year: 1999, audio: [{ language: "de" }, { language: "en" }], genres: ["Science Fiction"] }),
  movie("Making of The Matrix.mp4", { year: 2000 }),
  movie("Matrix/Trinity.mp4", { year: 2012 }),
  movie("Open Season 2.mp4", { year: 2008 }),
  movie("Wires.mp4", { subtitles: [{ language: "de" }] }),
  episode("The Wire", 1, 1, { title: "The Target" }),
  episode("The Wire", 1, 3, { title: "The Buys" }),
  episode("The Wire", 2, 1, { title: "Ebb Tide" }),
];
const [AMELIE, MATRIX, MAKING, TRINITY, SEASON, WIRES] = ["France/amelie.mp4", "The Matrix.mp4", "Making of The Matrix.mp4", "Matrix/Trinity.mp4", "Open Season 2.mp4", "Wires.mp4"];
const [S1E1, S1E3, S2E1] = ["The Wire/1x1.mp4", "The Wire/1x3.mp4", "The Wire/2x1.mp4"];

const SEARCHES = [
  // whatever the case and the accents, by title, year or folder
  ["amelie", [AMELIE]],
  ["AMÉLIE", [AMELIE]],
  ["  plage   2001 ", [AMELIE]],
  ["france", [AMELIE]],
  ["amelie wire", []],
  // the best first: the title itself, its beginning, words of it, the folder
  ["matrix", [MATRIX, MAKING, TRINITY]],
  ["the matrix", [MATRIX, MAKING]],
  ["wire", ["The Wire", WIRES]],
  // episodes, or all of a series
  ["wire ebb", [S2E1]],
  ["wire s1e3", [S1E3]],
  ["wire S01 E03", [S1E3]],
  ["wire 1x03", [S1E3]],
  ["wire season 1", [S1E1, S1E3]],
  ["season 1 episode 3", [S1E3]],
  ["season 2", [SEASON, S2E1]],
  // languages, genres and people
  ["german", [MATRIX, WIRES]],
  ["german 1999", [MATRIX]],
  ["romance", [AMELIE]],
  ["varda", [AMELIE]],
  // mistyped
  ["matrx", [MATRIX, MAKING]],
  ["amleie", [AMELIE]],
  ["the wrie", ["The Wire"]],
  ["sceince fiction", [MATRIX]],
  ["agnse vrada", [AMELIE]],
  ["xyzzyx", []],
  [" ", []],
];

for (const [words, expected] of SEARCHES) {
  test(`a search finds what is meant, the best first: "${words}"`, () => assert.deepEqual(cards(found(LIBRARY, words)), expected));
}

test("a film is found by the name of any of its versions", () => {
  const film = { ...movie("Solaris.mp4"), version_of: "/videos/Solaris.mp4" };
  const sharp = { ...film, path: "Solaris Criterion.mkv", url: "/videos/Solaris%20Criterion.mkv" };
  noteVersions([film, sharp]);
  assert.deepEqual(cards(found([film], "criterion")), ["Solaris.mp4"]);
});
