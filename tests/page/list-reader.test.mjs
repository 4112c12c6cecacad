import assert from "node:assert/strict";
import test from "node:test";
import { readMovies } from "../../static/shared/list-reader.js";

const LINES = '{"movies": [\n{"title": "A, \\n]}"},\n{"title": "B"}\n]}';
const TITLES = ["A, \n]}", "B"];

async function* cut(text, length) {
  for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
}

const PIECES = [
  ["at once", LINES, 1000],
  ["letter by letter", LINES, 1],
  ["in pieces", LINES, 17],
  ["in one line, as others write JSON", JSON.stringify({ movies: TITLES.map((title) => ({ title })) }), 7],
];

for (const [how, text, length] of PIECES) {
  test(`a list is read as it comes: ${how}`, async () => {
    const movies = await readMovies(cut(text, length));
    assert.deepEqual(movies.map(({ title }) => title), TITLES);
  });
}

test("an empty list has no films", async () => {
  assert.deepEqual(await readMovies(cut('{"movies": [\n]}', 5)), []);
});

for (const text of ["", LINES.slice(0, -3), LINES.slice(0, 30), "<html>"]) {
  test(`a list that is cut off is none: ${text.length} letters`, async () => {
    await assert.rejects(readMovies(cut(text, 10)), SyntaxError);
  });
}
