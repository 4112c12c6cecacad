// Puts films on shelves: one for each series and one for each folder. A large library has rows instead (rows.js).

/** @import { Movie } from "../shared/movies.js" */
/** @import { Shelf } from "./shelf.js" */

import { libraryAddress } from "../shared/address.js";
import { chosenVersion } from "../shared/choice.js";
import { filmFolder, folderOf, keyOf } from "../shared/movies.js";
import { inOrder } from "../shared/order.js";
import { onePerFilm } from "../shared/versions.js";
import { entriesOf, filmEntry } from "./entries.js";
import { ordered } from "./orders.js";
import { isLarge, kindRows, MANY, topRows } from "./rows.js";
import { inSeriesOrder } from "./seasons.js";
import { shelf } from "./shelf.js";

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
 * The shelves of a folder; "" is the home. `watching` are the films to go on with; `now` is in milliseconds since 1970.
 * @param {Movie[]} films
 * @param {string} folder
 * @param {Movie[]} watching
 * @param {number} now
 * @returns {Shelf[]}
 */
export function arrange(films, folder, watching, now = Date.now()) {
  if (films.length === 0) return [];
  if (folder === "" && isLarge(films)) return kindRows(films, watching, now);
  const shelves = films.length > MANY ? [shelf("all", "", ordered(entriesOf(films), "title"))] : shelve(films, folder);
  if (folder) return shelves.length === 1 ? [{ ...shelves[0], heading: "" }] : shelves; // the trail above shows its name
  const rows = topRows(films, watching, now);
  return rows.length === 0 ? shelves : [...rows, ...shelves.map((each) => (each.heading ? each : { ...each, heading: "Films" }))];
}

/**
 * The shelves of series and folders. A film that is alone in its folder goes on the shelf of the folder above, since many
 * people keep each film in a folder of its own. Episodes go on the shelf of their series, whatever folders they are in.
 * @param {Movie[]} movies
 * @param {string} top
 */
function shelve(movies, top) {
  const crowds = Map.groupBy(movies, filmFolder);
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
    .map(({ key, series, name, own }) => (series === undefined ? folderShelf(key, name, top, own) : seriesShelf(key, series, own)));
}

/**
 * @param {string} key
 * @param {string} folder
 * @param {string} top
 * @param {Movie[]} films
 */
function folderShelf(key, folder, top, films) {
  const address = folder && folder !== top ? libraryAddress({ folder }) : "";
  return shelf(key, headingOf(folder, top), films.map(filmEntry), { folder, address });
}

/**
 * @param {string} key
 * @param {string} series
 * @param {Movie[]} episodes
 */
function seriesShelf(key, series, episodes) {
  const entries = inSeriesOrder(episodes).map(filmEntry);
  return shelf(key, series, entries, { series, folder: commonFolder(episodes), address: libraryAddress({ series }) });
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
 * The lowest folder that all of the movies are in or below.
 * @param {Movie[]} movies
 */
export function commonFolder(movies) {
  const [first, ...rest] = movies.map(({ path }) => folderOf(path).split("/"));
  const length = first.findIndex((name, index) => rest.some((names) => names[index] !== name));
  return first.slice(0, length < 0 ? first.length : length).join("/");
}
