// How films are put on shelves: one a series and one a folder, in the order of a careful librarian, or one for all.

import { chosenVersion } from "../shared/choice.js";
import { folderOf, keyOf } from "../shared/movies.js";
import { byEpisode, inOrder } from "../shared/order.js";
import { found } from "./search.js";
import { onePerFilm } from "../shared/versions.js";

const DAY_MS = 86_400_000;
const NEW_FOR_DAYS = 21;
const ROW_LENGTH = 20; // films in a row above the shelves
const HANDFUL = 12; // a library that one takes in at a glance needs no row of what is new

const byTitle = (a, b) => inOrder(sortTitle(a), sortTitle(b)) || byEpisode(a, b);

/** The orders that one may choose, by their names in the address; any other name stands for shelves. */
const orders = {
  title: byTitle,
  newest: (a, b) => Date.parse(b.modified) - Date.parse(a.modified),
  year: (a, b) => (b.year ?? 0) - (a.year ?? 0) || byTitle(a, b),
  duration: (a, b) => (a.duration ?? Infinity) - (b.duration ?? Infinity) || 0,
};

/** The films that stand on shelves, in a folder or below, in one version each: all but the extras of those there. */
export function filmsIn(movies, folder) {
  const keys = new Set(movies.map(keyOf));
  const within = ({ path }) => folder === "" || path.startsWith(`${folder}/`);
  return onePerFilm(movies.filter((movie) => within(movie) && !keys.has(movie.of)), chosenVersion);
}

/**
 * The shelves for films of a folder as the address wants them, as {key, heading, folder, series, row, wide, movies}.
 * `folder` is where all films of the shelf are ("": in no folder of their own), `series` what they are episodes of
 * (null: of none), a `row` scrolls sideways, `wide` has pictures of the films rather than posters.
 */
export function arrange(films, { words, folder, sort }, underWay, now = Date.now()) {
  const wanted = found(films, words);
  if (wanted.length === 0) return [];
  if (Object.hasOwn(orders, sort)) return [shelf("sorted", "", wanted.toSorted(orders[sort]))];
  const shelves = shelve(wanted, films, folder);
  if (folder && shelves.length === 1) return [{ ...shelves[0], heading: "" }]; // the folder's name stands above
  return words || folder ? shelves : withRows(shelves, films, underWay, now);
}

/**
 * A film that is alone in its folder stands on the shelf above: many people keep each film in a folder of its own,
 * and a shelf for each would be no order at all. Episodes stand with their series, wherever its seasons are.
 */
function shelve(movies, neighbours, top) {
  const crowds = countBy(neighbours, ({ path }) => folderOf(path));
  const place = (path) => {
    const folder = folderOf(path);
    return folder === top || crowds.get(folder) > 1 ? folder : folderOf(folder);
  };
  const shelves = new Map();
  for (const movie of movies) {
    const isEpisode = movie.series !== undefined;
    const name = isEpisode ? movie.series : place(movie.path);
    const key = `${isEpisode ? "series" : "folder"} ${name}`;
    if (!shelves.has(key)) shelves.set(key, { key, isEpisode, name, movies: [] });
    shelves.get(key).movies.push(movie);
  }
  return [...shelves.values()]
    .sort((a, b) => inOrder(a.name, b.name))
    .map(({ key, isEpisode, name, movies: own }) =>
      isEpisode
        ? shelf(key, name, own.toSorted(byEpisode), { series: name, folder: commonFolder(own) })
        : shelf(key, headingOf(name, top), own, { folder: name }),
    );
}

/** The folder's name as seen from the folder that is looked into: "Lectures / Physics", or "" for that folder itself. */
function headingOf(folder, top) {
  return folder.slice(top && top.length + 1).replaceAll("/", " / ");
}

function withRows(shelves, movies, underWay, now) {
  const fresh = movies.filter(({ modified }) => now - Date.parse(modified) < NEW_FOR_DAYS * DAY_MS);
  const worthARow = movies.length > HANDFUL && fresh.length > 0 && fresh.length <= movies.length / 2;
  const newest = worthARow ? fresh.sort(orders.newest) : [];
  const rows = [
    shelf("continue", "Continue watching", underWay.slice(0, ROW_LENGTH), { row: true, wide: true }),
    shelf("new", "New", newest.slice(0, ROW_LENGTH), { row: true }),
  ].filter((row) => row.movies.length > 0);
  if (rows.length === 0) return shelves;
  return [...rows, ...shelves.map((each) => (each.heading ? each : { ...each, heading: "Films" }))];
}

function shelf(key, heading, movies, more = {}) {
  const wide = !movies.some(({ year, series }) => year !== undefined && series === undefined);
  return { key, heading, folder: "", series: null, row: false, wide, movies, ...more };
}

function sortTitle({ series, title }) {
  return (series ?? title).replace(/^the /i, "");
}

/** The folder that holds all of them, season folders or not. */
function commonFolder(movies) {
  const [first, ...rest] = movies.map(({ path }) => folderOf(path).split("/"));
  const length = first.findIndex((name, index) => rest.some((names) => names[index] !== name));
  return first.slice(0, length < 0 ? first.length : length).join("/");
}

function countBy(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
