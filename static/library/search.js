// The search: finds films that have every word somewhere in their title, series, year or path.

/** @import { Movie } from "../shared/movies.js" */

import { versionsOf } from "../shared/versions.js";

/** @type {WeakMap<Movie, string>} */
const texts = new WeakMap();

/**
 * The movies that have all of the words, in their order.
 * @param {Movie[]} movies
 * @param {string} words
 */
export function found(movies, words) {
  const wanted = searchable(words).split(/\s+/).filter(Boolean);
  return wanted.length === 0 ? movies : movies.filter((movie) => wanted.every((word) => textOf(movie).includes(word)));
}

/** @param {Movie} movie */
function textOf(movie) {
  const known = texts.get(movie);
  if (known !== undefined) return known;
  const told = versionsOf(movie).map(({ title, series = "", year = "", path }) => `${title} ${series} ${year} ${path}`);
  const text = searchable(told.join(" "));
  texts.set(movie, text);
  return text;
}

/**
 * Text without case and accents, so that "amelie" finds "Amélie".
 * @param {string} text
 */
function searchable(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
