import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { arrange } from "../../static/library/shelves.js";
import { isLarge } from "../../static/library/rows.js";
import { cards, episode, movie } from "./library.mjs";

const NOW_MS = Date.parse("2027-01-15T00:00:00Z");

function films(count, folder, more = () => ({})) {
  return Array.from({ length: count }, (_, index) => movie(`${folder}/Film ${index + 1}.mp4`, more(index)));
}

const LIBRARY = [
  ...films(30, "Movies", () => ({ year: 1999 })),
  ...films(5, "Documentaries"),
  ...films(2, "Odd ends"),
  episode("Amber", 1, 1),
  episode("Amber", 1, 2),
  episode("Beryl", 1, 1),
];

function rows(library, watching = []) {
  return arrange(library, "", watching, NOW_MS);
}

test("a large library has a row for each kind, which leads to all of it and says how many there are", () => {
  assert.deepEqual(rows(LIBRARY).map(({ heading, address, total, row }) => [heading, address, total, row]), [
    ["Series", "?kind=series", 2, true],
    ["Films", "?kind=films", 32, true],
    ["Documentaries", "?folder=Documentaries", 5, true],
  ]);
});

test("a row has a dozen, the latest first, and a series one card", () => {
  const library = [...films(30, "Movies", (index) => ({ modified: `2026-01-${10 + (index % 20)}T00:00:00Z` })), ...LIBRARY.slice(-3)];
  const [series, own] = rows(library);
  assert.deepEqual(cards(series.entries), ["Amber", "Beryl"]);
  assert.equal(own.entries.length, 12);
  assert.deepEqual(cards(own.entries).slice(0, 2), ["Movies/Film 20.mp4", "Movies/Film 19.mp4"]);
});

test("what is new comes before all kinds, and not once more in its kind", () => {
  const fresh = { modified: "2027-01-10T00:00:00Z" };
  const library = [...LIBRARY, movie("Movies/Just in.mp4", fresh), episode("Beryl", 1, 2, fresh)];
  const [newest, series, own] = rows(library);
  assert.deepEqual([newest.heading, cards(newest.entries)], ["New", ["Beryl", "Movies/Just in.mp4"]]);
  assert.deepEqual(cards(series.entries), ["Amber"]);
  assert.ok(!cards(own.entries).includes("Movies/Just in.mp4"));
});

test("what is to go on with comes first of all", () => {
  const [first] = rows(LIBRARY, [LIBRARY[3]]);
  assert.deepEqual([first.heading, cards(first.entries)], ["Continue watching", ["Movies/Film 4.mp4"]]);
});

const SIZES = [
  ["a handful", films(10, "Movies").concat(films(10, "Documentaries")), false],
  ["one folder", films(60, "Movies"), false],
  ["two kinds", films(20, "Movies").concat(films(20, "Documentaries")), true],
  ["folders of letters", films(20, "A").concat(films(20, "B-D")), false],
];

for (const [what, library, large] of SIZES) {
  test(`a library has rows if it has many films of several kinds: ${what}`, () => assert.equal(isLarge(library), large));
}

test("a row has covers of 16:9 unless its films have years or its series posters", () => {
  const wide = (library) => rows(library).map((row) => row.wide);
  assert.deepEqual(wide(LIBRARY), [true, false, true]);
  assert.deepEqual(wide([...LIBRARY, episode("Beryl", 1, 2, { series_poster: "/p" })]), [false, false, true]);
});
