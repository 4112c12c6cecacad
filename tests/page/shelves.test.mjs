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

/** The shelves as [heading, paths], in a part of the library and an order. */
function arranged(movies, { begun = [], ...address } = {}) {
  const here = { words: "", folder: "", sort: "", ...address };
  const underWay = movies.filter(({ path }) => begun.includes(path));
  const shelves = arrange(filmsIn(movies, here.folder), here, underWay, NOW_MS);
  return shelves.map(({ heading, movies: own }) => [heading, own.map(({ path }) => path)]);
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

test("the shelf of a series leads to the folder that holds all of its seasons", () => {
  const films = [episode("Show/Season 1/a.mp4", 1, 1), episode("Show/Season 2/b.mp4", 2, 1)];
  const [shelf] = arrange(films, { words: "", folder: "", sort: "" }, [], NOW_MS);
  assert.equal(shelf.folder, "Show");
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

test("films under way come first, but not in a search nor in a folder", () => {
  const movies = ["A/x.mp4", "A/y.mp4", "z.mp4"].map((path) => movie(path));
  const begun = ["A/y.mp4"];
  assert.deepEqual(arranged(movies, { begun }).map(([heading]) => heading), ["Continue watching", "Films", "A"]);
  assert.deepEqual(arranged(movies, { begun, words: "y" }), [["A", ["A/y.mp4"]]]);
  assert.deepEqual(arranged(movies, { begun, folder: "A" }), [["", ["A/x.mp4", "A/y.mp4"]]]);
});

test("a search leaves films on their shelves", () => {
  const movies = [movie("A/x.mp4"), movie("A/y.mp4")];
  assert.deepEqual(arranged(movies, { words: "x" }), [["A", ["A/x.mp4"]]]);
});

test("within a folder, shelves have the names that are seen from there", () => {
  const movies = ["A/v.mp4", "A/B/w.mp4", "A/B/x.mp4", "AB/y.mp4"].map((path) => movie(path));
  assert.deepEqual(arranged(movies, { folder: "A" }), [["", ["A/v.mp4"]], ["B", ["A/B/w.mp4", "A/B/x.mp4"]]]);
});

const ORDERS = {
  title: ["Film 2.mp4", "Film 10.mp4", "The Gleaners.mp4"],
  newest: ["Film 10.mp4", "The Gleaners.mp4", "Film 2.mp4"],
  year: ["The Gleaners.mp4", "Film 2.mp4", "Film 10.mp4"],
  duration: ["Film 10.mp4", "Film 2.mp4", "The Gleaners.mp4"],
};

for (const [sort, paths] of Object.entries(ORDERS)) {
  test(`in another order there is one shelf, and what is not known comes last: ${sort}`, () => {
    const movies = [
      movie("Film 10.mp4", { modified: "2026-03-01T00:00:00Z", duration: 60 }),
      movie("Film 2.mp4", { modified: "2026-01-01T00:00:00Z", year: 1999, duration: 90 }),
      movie("The Gleaners.mp4", { modified: "2026-02-01T00:00:00Z", year: 2000 }),
    ];
    assert.deepEqual(arranged(movies, { sort }), [["", paths]]);
  });
}

test("an order that is not known is that of the shelves", () => {
  const movies = [movie("A/x.mp4"), movie("A/y.mp4")];
  assert.deepEqual(arranged(movies, { sort: "constructor" }), [["A", ["A/x.mp4", "A/y.mp4"]]]);
});
