import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { whatDiffers, wordsApart } from "../../static/shared/apart.js";

function movie(path, more = {}) {
  return { path, url: `/videos/${path}`, bytes: 1_000_000, ...more };
}

const DIFFERENCES = {
  "one film needs no words": [[movie("a.mp4")], [""]],
  years: [[movie("a.mp4", { year: 1972 }), movie("b.mp4", { year: 2002 })], ["1972", "2002"]],
  editions: [[movie("a.mp4"), movie("b.mp4", { edition: "Extended" })], ["", "Extended"]],
  "the folders that only one lies in": [[movie("Films/A/x.mp4"), movie("Films/B/x.mp4")], ["A", "B"]],
  "the words of names that are not shared": [
    [movie("Race Round 05 1080p.mkv"), movie("Race Round 06 1080p.mkv")],
    ["Round 05", "Round 06"],
  ],
  extensions: [[movie("x.mp4"), movie("x.mkv")], ["MP4", "MKV"]],
  "as few facts as will do": [
    [movie("A/x.mp4", { year: 1972 }), movie("B/x.mp4", { year: 1972 }), movie("C/y.mp4", { year: 2002 })],
    ["1972 · A", "1972 · B", "2002 · C"],
  ],
};

for (const [what, [movies, words]] of Object.entries(DIFFERENCES)) {
  test(`films are told apart: ${what}`, () => assert.deepEqual(whatDiffers(movies), words));
}

test("only films that read the same get words", () => {
  const [a, b, c] = [movie("A/x.mp4"), movie("B/x.mp4"), movie("C/y.mp4")];
  const words = wordsApart([[a, "x"], [b, "x"], [c, "y"]]);
  assert.deepEqual([words.get(a), words.get(b), words.get(c)], ["A", "B", undefined]);
});

test("a film that stands on two shelves is no other film", () => {
  const film = movie("A/x.mp4");
  assert.equal(wordsApart([[film, "x"], [film, "x"]]).get(film), undefined);
});
