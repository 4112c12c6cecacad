import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { arrange, filmsIn } from "../../static/library/shelves.js";

const NOW_MS = 1_800_000_000_000; // in January 2027

function movie(path, more = {}) {
  const title = path.replace(/^.*\//, "").replace(/\.mp4$/, "");
  return { path, url: `/videos/${path}`, title, modified: "2026-06-30T00:00:00Z", ...more };
}

function episode(path, season, number) {
  return movie(path, { series: "Show", season, episode: number });
}

const fresh = { modified: "2026-12-30T00:00:00Z" };

/** The shelves of a folder as [heading, paths]. A series with one card has the path of its first episode. */
function arranged(movies, { begun = [], folder = "" } = {}) {
  const watching = movies.filter(({ path }) => begun.includes(path));
  const shelves = arrange(filmsIn(movies, folder), folder, watching, NOW_MS);
  return shelves.map(({ heading, entries }) => [heading, entries.map(({ movies: [first] }) => first.path)]);
}

test("a folder with several films is a shelf, and one with a single film is none", () => {
  const movies = ["A/x.mp4", "B/C/y.mp4", "B/C/z.mp4", "w.mp4"].map((path) => movie(path));
  assert.deepEqual(arranged(movies), [["", ["A/x.mp4", "w.mp4"]], ["B / C", ["B/C/y.mp4", "B/C/z.mp4"]]]);
});

test("a disc stands where the film would stand as one file", () => {
  const discs = [
    movie("A/Ben-Hur/Disc 1/VIDEO_TS/VTS_01_1.VOB"),
    movie("A/Crete/PRIVATE/AVCHD/BDMV/STREAM/00000.MTS"),
    movie("A/Gandhi/BDMV/STREAM/00001.m2ts"),
  ];
  assert.deepEqual(arranged([...discs, movie("VIDEO_TS/VTS_01_1.VOB"), movie("x.mp4")]), [
    ["", ["VIDEO_TS/VTS_01_1.VOB", "x.mp4"]],
    ["A", discs.map(({ path }) => path)],
  ]);
});

test("a trailer does not make a crowd, and one without its film stands where it is", () => {
  const movies = [movie("A/x.mp4"), movie("A/x-trailer.mp4", { of: "A/x.mp4" }), movie("B/y-trailer.mp4", { of: "B/y.mp4" })];
  assert.deepEqual(arranged(movies), [["", ["A/x.mp4", "B/y-trailer.mp4"]]]);
});

test("a series is in the order of its episodes, wherever they are", () => {
  const movies = [episode("a.mp4", 2, 1), episode("S/b.mp4", 1, 10), episode("T/c.mp4", 1, 9)];
  assert.deepEqual(arranged(movies), [["Show", ["T/c.mp4", "S/b.mp4", "a.mp4"]]]);
});

test("the heading of a series leads to it, and that of a folder into it", () => {
  const films = [episode("Show/Season 1/a.mp4", 1, 1), movie("A/x.mp4"), movie("A/y.mp4"), movie("z.mp4")];
  assert.deepEqual(arrange(films, "", [], NOW_MS).map(({ heading, address }) => [heading, address]), [
    ["", ""],
    ["A", "?folder=A"],
    ["Show", "?series=Show"],
  ]);
});

test("a series and a folder of the same name are two shelves", () => {
  const movies = [episode("Show/a.mp4", 1, 1), movie("Show/b.mp4"), movie("Show/c.mp4")];
  assert.deepEqual(arranged(movies), [["Show", ["Show/a.mp4"]], ["Show", ["Show/b.mp4", "Show/c.mp4"]]]);
});

test("what came within three weeks has a row of its own, the newest first", () => {
  const movies = Array.from({ length: 14 }, (_, number) => movie(`${number}.mp4`));
  movies[3] = movie("3.mp4", fresh);
  movies[8] = movie("8.mp4", { modified: "2027-01-10T00:00:00Z" });
  const [newest, films] = arranged(movies);
  assert.deepEqual(newest, ["New", ["8.mp4", "3.mp4"]]);
  assert.deepEqual(films, ["Films", movies.map(({ path }) => path)]);
});

for (const [what, films, count] of [["a handful", 12, 2], ["nearly all", 14, 8], ["none", 14, 0]]) {
  test(`there is no row of new films where it would tell nothing: ${what}`, () => {
    const movies = Array.from({ length: films }, (_, number) => movie(`${number}.mp4`, number < count ? fresh : {}));
    assert.deepEqual(arranged(movies).map(([heading]) => heading), [""]);
  });
}

test("films under way come first, but not in a folder", () => {
  const movies = ["A/x.mp4", "A/y.mp4", "z.mp4"].map((path) => movie(path));
  const begun = ["A/y.mp4"];
  assert.deepEqual(arranged(movies, { begun }).map(([heading]) => heading), ["Continue watching", "Films", "A"]);
  assert.deepEqual(arranged(movies, { begun, folder: "A" }), [["", ["A/x.mp4", "A/y.mp4"]]]);
});

test("within a folder, shelves have the names that are seen from there", () => {
  const movies = ["A/v.mp4", "A/B/w.mp4", "A/B/x.mp4", "AB/y.mp4"].map((path) => movie(path));
  assert.deepEqual(arranged(movies, { folder: "A" }), [["", ["A/v.mp4"]], ["B", ["A/B/w.mp4", "A/B/x.mp4"]]]);
});

test("many films of one kind are one grid by title, in which a series has one card", () => {
  const movies = Array.from({ length: 20 }, (_, number) => movie(`Films/Film ${20 - number}.mp4`));
  const episodes = Array.from({ length: 9 }, (_, number) => episode(`Films/Amber/${number}.mp4`, 1, number));
  const shelves = arranged([...movies, ...episodes], { folder: "Films" });
  assert.equal(shelves.length, 1);
  assert.deepEqual(shelves[0][1].slice(0, 2), ["Films/Film 1.mp4", "Films/Film 2.mp4"]);
  assert.deepEqual(shelves[0][1].length, 21);
});
