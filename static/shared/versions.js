// The versions of a film: which files are one film, which of them have the same cut, and what they are called.

/** @import { Movie } from "./movies.js" */

import { clockTime } from "./address.js";
import { whatDiffers } from "./apart.js";
import { extensionOf } from "./movies.js";
import { resolution } from "./words.js";

const SAME_LENGTH_S = 5; // files of one cut differ by up to this: credits, logos, a last second of black

/** @type {WeakMap<Movie, Movie[]>} */
const filmOf = new WeakMap(); // by movie: all of its versions, in the list's order

/**
 * Notes which movies of a list are of one film.
 * @param {Movie[]} movies
 */
export function noteVersions(movies) {
  for (const versions of Map.groupBy(movies, filmKey).values()) {
    for (const movie of versions) filmOf.set(movie, versions);
  }
}

/**
 * The key of the movie's film: the same for all its versions, and for no other film.
 * @param {Movie} movie
 */
export function filmKey(movie) {
  return movie.version_of ?? movie.url;
}

/**
 * The versions of the movie's film, the movie among them.
 * @param {Movie} movie
 */
export function versionsOf(movie) {
  return filmOf.get(movie) ?? [movie];
}

/**
 * One movie for each film, chosen among its versions by `choose`. The order is kept.
 * @param {Movie[]} movies
 * @param {(versions: Movie[]) => Movie} choose
 */
export function onePerFilm(movies, choose) {
  return [...new Set(movies.map(versionsOf))].map(choose);
}

/**
 * Whether both have the same scenes at the same seconds: as far as is known, of one edition and one length.
 * @param {Movie} movie
 * @param {Movie} other
 */
export function isSameCut(movie, other) {
  if (movie.edition !== other.edition) return false;
  if (movie.duration === undefined || other.duration === undefined) return true;
  return Math.abs(movie.duration - other.duration) <= SAME_LENGTH_S;
}

/**
 * The edition that all of them have, if they have one in common.
 * @param {Movie[]} versions
 */
export function commonEdition(versions) {
  return versions.every(({ edition }) => edition === versions[0].edition) ? versions[0].edition : undefined;
}

/**
 * What to call each of the versions, so that no two read the same: "Director's Cut · 4K · 1:57:12".
 * @param {Movie[]} versions
 */
export function versionNames(versions) {
  const cuts = !versions.every((other) => isSameCut(versions[0], other));
  const names = versions.map((movie) => {
    const { edition, version, video, duration } = movie;
    const told = [edition, version].filter(Boolean).join(" · ") || resolution(video) || extensionOf(movie);
    return [told, cuts && duration && clockTime(duration)].filter(Boolean).join(" · ");
  });
  if (new Set(names).size === names.length) return names;
  return whatDiffers(versions).map((words, index) => [names[index], words].filter(Boolean).join(" · "));
}
