// What a card shows.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Progress } from "../shared/progress.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Shelf } from "./shelf.js" */
/** @import { Kept } from "./watching.js" */

import { filmAddress, libraryAddress } from "../shared/address.js";
import { wordsApart } from "../shared/apart.js";
import { filmFolder, serverUrl, sizeInWords } from "../shared/movies.js";
import { progressOfFilm } from "../shared/progress.js";
import { commonEdition, versionsOf } from "../shared/versions.js";
import { durationInWords, episodeAndTitle, languagesOf, sharpness, stateInShort, titleInWords } from "../shared/words.js";
import { seasonsOf } from "./seasons.js";
import { isWatched } from "./watching.js";

const LEFT_UNSAID_S = 30; // with less left, only "nearly watched" is said

/**
 * Plain values, so that an unchanged face is not drawn again. `state` is for screen readers; `name` is written on the drawn
 * cover; `part` is how much was watched; `apart` are words that tell it from faces that read the same; `unwatched` is the
 * number of such episodes.
 * @typedef {object} Face
 * @property {string} address
 * @property {string} caption
 * @property {string} meta
 * @property {string} versions
 * @property {string} state
 * @property {string} name
 * @property {string} [poster]
 * @property {string} badge
 * @property {boolean} watched
 * @property {number} part
 * @property {number} unwatched
 * @property {string} [apart]
 */

/**
 * For films whose faces would read the same on these shelves, the words that tell them apart.
 * @param {Shelf[]} shelves
 */
export function facesApart(shelves) {
  const single = shelves.flatMap((shelf) => shelf.entries.flatMap((entry) => (entry.series === null ? [{ shelf, movie: entry.movies[0] }] : [])));
  const alike = Map.groupBy(single, ({ movie }) => movie.title);
  const several = [...alike.values()].filter(([first, ...others]) => others.some(({ movie }) => movie !== first.movie)).flat();
  return wordsApart(several.map(({ shelf, movie }) => [movie, `${captionOf(movie, shelf)}\n${metaOf(movie, shelf)}`]));
}

/**
 * The face of an entry on a shelf.
 * @param {Entry} entry
 * @param {Shelf} shelf
 * @param {Kept} kept
 * @returns {Face}
 */
export function faceOf(entry, shelf, kept) {
  return entry.series === null ? filmFace(entry.movies[0], shelf) : seriesFace(entry.series, entry.movies, kept);
}

/**
 * @param {string} series
 * @param {Movie[]} episodes
 * @param {Kept} kept
 * @returns {Face}
 */
function seriesFace(series, episodes, kept) {
  const seasons = seasonsOf(episodes);
  const unwatched = episodes.filter((episode) => !isWatched(episode, kept)).length;
  const numbered = seasons.filter(({ name }) => name !== "0").length;
  return {
    address: libraryAddress({ series }),
    caption: series,
    meta: numbered > 1 ? `${numbered} seasons` : episodes.length === 1 ? "1 episode" : `${episodes.length} episodes`,
    versions: "",
    state: unwatched === 0 ? "· watched" : `· ${unwatched} not watched`,
    name: series,
    poster: seriesPicture(seasons.flatMap((season) => season.episodes)),
    badge: "",
    watched: unwatched === 0,
    part: 0,
    unwatched,
  };
}

/**
 * The poster of the series, or else the picture of the first episode that has one.
 * @param {Movie[]} episodes
 */
function seriesPicture(episodes) {
  const own = episodes.find((episode) => episode.series_poster)?.series_poster;
  const path = own ?? episodes.find(({ poster }) => poster)?.poster;
  return path && serverUrl(path);
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 * @returns {Face}
 */
function filmFace(movie, shelf) {
  const progress = progressOfFilm(movie);
  const versions = versionsOf(movie).length;
  const part = progress !== null && progress.time > 0 ? progress.time / progress.duration : 0;
  return {
    address: filmAddress(movie.url),
    caption: captionOf(movie, shelf),
    meta: metaOf(movie, shelf),
    versions: versions > 1 ? `${versions} versions` : "",
    state: progressInWords(progress),
    name: movie.title,
    poster: movie.poster && serverUrl(movie.poster),
    badge: [sharpness(movie.video), movie.video?.hdr && "HDR"].filter(Boolean).join(" "),
    watched: Boolean(progress?.watched),
    part: Math.min(1, part),
    unwatched: 0,
  };
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 */
function captionOf(movie, shelf) {
  if (movie.series === undefined) return titleInWords({ ...movie, edition: commonEdition(versionsOf(movie)) });
  return shelf.series === null ? movie.series : episodeAndTitle(movie);
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 */
function metaOf(movie, shelf) {
  const { title, series, year, duration, bytes, audio } = movie;
  const elsewhere = shelf.row || shelf.key === "list";
  const ownFolder = filmFolder(movie).slice(shelf.folder ? shelf.folder.length + 1 : 0);
  const languages = languagesOf(audio);
  return [
    series !== undefined && shelf.series === null && episodeAndTitle(movie),
    movie.extra,
    series === undefined && year,
    duration === undefined ? sizeInWords(bytes) : durationInWords(duration),
    languages.length > 1 && languages.join(", ").toUpperCase(),
    stateInShort(movie),
    year === undefined && series === undefined && !elsewhere && ownFolder !== title && ownFolder,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Progress | null} progress */
function progressInWords(progress) {
  if (progress !== null && progress.time > 0) {
    const left = progress.duration - progress.time;
    return left > LEFT_UNSAID_S ? `· ${durationInWords(left)} left` : "· nearly watched";
  }
  return progress?.watched ? "· watched" : "";
}
