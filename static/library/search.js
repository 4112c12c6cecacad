// Searching films as one types: every word must be somewhere in the title, series, year or path.

import { versionsOf } from "../shared/versions.js";

const wordsOf = new WeakMap(); // by movie

/** The movies that have all of the words, in their order. */
export function found(movies, words) {
  const wanted = searchable(words).split(/\s+/).filter(Boolean);
  return wanted.length === 0 ? movies : movies.filter((movie) => wanted.every((word) => textOf(movie).includes(word)));
}

function textOf(movie) {
  if (!wordsOf.has(movie)) {
    const told = versionsOf(movie).map(({ title, series = "", year = "", path }) => `${title} ${series} ${year} ${path}`);
    wordsOf.set(movie, searchable(told.join(" ")));
  }
  return wordsOf.get(movie);
}

/** Text without case and accents, so that "amelie" finds "Amélie". */
function searchable(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
