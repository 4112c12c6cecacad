// Puts films on shelves: one for each series and one for each folder; or a single one, in an order that the viewer chose.

/** @import { Address } from "../shared/address.js" */
/** @import { Movie } from "../shared/movies.js" */

import { chosenVersion } from "../shared/choice.js";
import { filmFolder, folderOf, keyOf } from "../shared/movies.js";
import { byEpisode, inOrder } from "../shared/order.js";
import { found } from "./search.js";
import { onePerFilm } from "../shared/versions.js";

/**
 * `folder` is the folder that all films of the shelf are in ("": they have none of their own). `series` is what they are
 * episodes of, or null. A `row` scrolls sideways. A `wide` shelf has covers of 16:9, for pictures of the films; others have
 * covers of 2:3, for posters.
 * @typedef {object} Shelf
 * @property {string} key
 * @property {string} heading
 * @property {string} folder
 * @property {string | null} series
 * @property {boolean} row
 * @property {boolean} wide
 * @property {Movie[]} movies
 */

/** @typedef {(a: Movie, b: Movie) => number} Order */

const DAY_MS = 86_400_000;
const NEW_FOR_DAYS = 21;
const ROW_LENGTH = 20; // films in a row above the shelves
const HANDFUL = 12; // a library of up to so many films needs no row of new ones

/** @type {Order} */
const byTitle = (a, b) => inOrder(sortTitle(a), sortTitle(b)) || byEpisode(a, b);

/** @type {Order} */
const byAge = (a, b) => Date.parse(b.modified) - Date.parse(a.modified);

/**
 * The orders to choose from, by their names in the address. Any other name means shelves.
 * @type {Map<string, Order>}
 */
const orders = new Map([
  ["title", byTitle],
  ["newest", byAge],
  ["year", (a, b) => (b.year ?? 0) - (a.year ?? 0) || byTitle(a, b)],
  ["duration", (a, b) => (a.duration ?? Infinity) - (b.duration ?? Infinity) || 0],
]);

/**
 * The films in a folder and below it, in one version each. Extras of films in the library are left out.
 * @param {Movie[]} movies
 * @param {string} folder
 */
export function filmsIn(movies, folder) {
  const keys = new Set(movies.map(keyOf));
  const shown = movies.filter(({ path, of }) => {
    const isOfOther = of !== undefined && keys.has(of);
    return !isOfOther && (folder === "" || path.startsWith(`${folder}/`));
  });
  return onePerFilm(shown, chosenVersion);
}

/**
 * The shelves for the films of a folder, as the address says. `now` is in milliseconds since 1970.
 * @param {Movie[]} films
 * @param {Pick<Address, "words" | "folder" | "sort">} address
 * @param {Movie[]} underWay
 * @param {number} now
 * @returns {Shelf[]}
 */
export function arrange(films, { words, folder, sort }, underWay, now = Date.now()) {
  const wanted = found(films, words);
  if (wanted.length === 0) return [];
  const order = orders.get(sort);
  if (order !== undefined) return [shelf("sorted", "", wanted.toSorted(order))];
  const shelves = shelve(wanted, films, folder);
  if (folder && shelves.length === 1) return [{ ...shelves[0], heading: "" }]; // the trail above shows its name
  return words || folder ? shelves : withRows(shelves, films, underWay, now);
}

/**
 * The shelves of series and folders. A film that is alone in its folder goes on the shelf of the folder above, since many
 * people keep each film in a folder of its own. Episodes go on the shelf of their series, whatever folders they are in.
 * `neighbours` are all films there, also those that the search left out.
 * @param {Movie[]} movies
 * @param {Movie[]} neighbours
 * @param {string} top
 */
function shelve(movies, neighbours, top) {
  const crowds = Map.groupBy(neighbours, filmFolder);
  /** @param {Movie} movie */
  const place = (movie) => {
    const folder = filmFolder(movie);
    return folder === top || (crowds.get(folder)?.length ?? 0) > 1 ? folder : folderOf(folder);
  };
  const shelves = Map.groupBy(movies, (movie) =>
    movie.series === undefined ? `folder ${place(movie)}` : `series ${movie.series}`,
  );
  return [...shelves]
    .map(([key, own]) => ({ key, series: own[0].series, name: own[0].series ?? place(own[0]), own }))
    .sort((a, b) => inOrder(a.name, b.name))
    .map(({ key, series, name, own }) =>
      series === undefined
        ? shelf(key, headingOf(name, top), own, { folder: name })
        : shelf(key, series, own.toSorted(byEpisode), { series, folder: commonFolder(own) }),
    );
}

/**
 * The folder's name relative to the folder that is shown, `top`: "Lectures / Physics", or "" for `top` itself.
 * @param {string} folder
 * @param {string} top
 */
function headingOf(folder, top) {
  return folder.slice(top ? top.length + 1 : 0).replaceAll("/", " / ");
}

/**
 * The shelves below rows of films that are under way, and of new films, if there are any.
 * @param {Shelf[]} shelves
 * @param {Movie[]} movies
 * @param {Movie[]} underWay
 * @param {number} now
 */
function withRows(shelves, movies, underWay, now) {
  const fresh = movies.filter(({ modified }) => now - Date.parse(modified) < NEW_FOR_DAYS * DAY_MS);
  const worthARow = movies.length > HANDFUL && fresh.length > 0 && fresh.length <= movies.length / 2;
  const newest = worthARow ? fresh.sort(byAge) : [];
  const rows = [
    shelf("continue", "Continue watching", underWay.slice(0, ROW_LENGTH), { row: true, wide: true }),
    shelf("new", "New", newest.slice(0, ROW_LENGTH), { row: true }),
  ].filter((row) => row.movies.length > 0);
  if (rows.length === 0) return shelves;
  return [...rows, ...shelves.map((each) => (each.heading ? each : { ...each, heading: "Films" }))];
}

/**
 * It is wide unless one of its films has a year: films with years mostly have posters, others pictures.
 * @param {string} key
 * @param {string} heading
 * @param {Movie[]} movies
 * @param {Partial<Shelf>} more
 * @returns {Shelf}
 */
function shelf(key, heading, movies, more = {}) {
  const wide = !movies.some(({ year, series }) => year !== undefined && series === undefined);
  return { key, heading, folder: "", series: null, row: false, wide, movies, ...more };
}

/** @param {Movie} movie */
function sortTitle({ series, title }) {
  return (series ?? title).replace(/^the /i, "");
}

/**
 * The lowest folder that all of the movies are in or below.
 * @param {Movie[]} movies
 */
function commonFolder(movies) {
  const [first, ...rest] = movies.map(({ path }) => folderOf(path).split("/"));
  const length = first.findIndex((name, index) => rest.some((names) => names[index] !== name));
  return first.slice(0, length < 0 ? first.length : length).join("/");
}
