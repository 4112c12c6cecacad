// What has one card: a film, or a series with all of its episodes. What cards are put in order by.

/** @import { Movie } from "../shared/movies.js" */

import { filmKey } from "../shared/versions.js";

/**
 * `series` is its name, or null for a film. `movies` are the episodes, or the film alone.
 * @typedef {object} Entry
 * @property {string} key
 * @property {string | null} series
 * @property {Movie[]} movies
 */

/**
 * A card for each film and each series, where the film or the first episode stands in the list.
 * @param {Movie[]} films
 * @returns {Entry[]}
 */
export function entriesOf(films) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const movie of films) {
    const entry = movie.series === undefined ? filmEntry(movie) : { key: `series ${movie.series}`, series: movie.series, movies: [movie] };
    const known = entries.get(entry.key);
    if (known === undefined) entries.set(entry.key, entry);
    else known.movies.push(movie);
  }
  return [...entries.values()];
}

/**
 * @param {Movie} movie
 * @returns {Entry}
 */
export function filmEntry(movie) {
  return { key: filmKey(movie), series: null, movies: [movie] };
}

/**
 * The name to sort by: "The" at its beginning does not count.
 * @param {Entry} entry
 */
export function sortTitle({ series, movies }) {
  return (series ?? movies[0].series ?? movies[0].title).replace(/^the /i, "");
}

/**
 * When it was added, as text that sorts by time; of a series, when its newest episode was.
 * @param {Entry} entry
 */
export function addedAt({ movies }) {
  return movies.reduce((latest, { modified }) => (modified > latest ? modified : latest), "");
}

/**
 * The year, of a series that of its first episode; undefined: not known.
 * @param {Entry} entry
 */
export function yearOf({ movies }) {
  return least(movies.map(({ year, aired }) => year ?? (aired === undefined ? undefined : Number(aired.slice(0, 4)))));
}

/**
 * Seconds, of a series all episodes together; undefined: not known.
 * @param {Entry} entry
 */
export function durationOf({ movies }) {
  const known = movies.flatMap(({ duration }) => duration ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, duration) => sum + duration, 0);
}

/** @param {(number | undefined)[]} numbers */
function least(numbers) {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.min(a, b));
}
