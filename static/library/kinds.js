// The kinds of what a library has: series, films, and folders of other things, such as documentaries or home videos.

/** @import { Movie } from "../shared/movies.js" */

const FILM_FOLDERS = /^(?:all |my )?(?:movies?|films?|cinema|features?|videos?|media|library|kino|filme|spielfilme|pel[ií]culas|cine|filmes|filmy|elokuvat|фильмы|映画|电影)$/i;
const LETTERS = /^(?:.|.{1,2}-.{1,2}|the)$/iu; // "A", "0-9" or "A-C": films that somebody has divided by their first letters
const FEWEST = 3; // films that make a folder a kind

/**
 * The films by the folder at the top of the library that they are in, without series. Those in no such folder, in one
 * whose name says that it has films, in one that has few, or in one of a letter are `films`.
 * @typedef {object} Kinds
 * @property {Movie[]} films
 * @property {Movie[]} series
 * @property {[string, Movie[]][]} folders
 */

/** @type {WeakMap<Movie[], Kinds>} */
const known = new WeakMap();

/**
 * @param {Movie[]} movies
 * @returns {Kinds}
 */
export function kindsOf(movies) {
  const kinds = known.get(movies) ?? divide(movies);
  known.set(movies, kinds);
  return kinds;
}

/**
 * @param {Movie[]} movies
 * @returns {Kinds}
 */
function divide(movies) {
  const series = movies.filter((movie) => movie.series !== undefined);
  const single = movies.filter((movie) => movie.series === undefined);
  const tops = Map.groupBy(single, topFolder);
  const own = [...tops].filter(([folder, films]) => isKind(folder, films));
  const apart = new Set(own.map(([folder]) => folder));
  return { films: single.filter((movie) => !apart.has(topFolder(movie))), series, folders: own };
}

/** How many kinds there are. @param {Kinds} kinds */
export function countKinds({ films, series, folders }) {
  return Number(films.length > 0) + Number(series.length > 0) + folders.length;
}

/**
 * @param {string} folder
 * @param {Movie[]} films
 */
function isKind(folder, films) {
  return folder !== "" && films.length >= FEWEST && !FILM_FOLDERS.test(folder) && !LETTERS.test(folder);
}

/** @param {Movie} movie */
function topFolder({ path }) {
  return path.slice(0, Math.max(0, path.indexOf("/")));
}
