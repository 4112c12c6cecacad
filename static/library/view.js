// What the library shows at an address: shelves, and what narrows them.

/** @import { Part } from "../shared/address.js" */
/** @import { Movie } from "../shared/movies.js" */
/** @import { Chip } from "./chips.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Facet, Here } from "./filters.js" */
/** @import { Season } from "./seasons.js" */
/** @import { Shelf } from "./shelf.js" */

import { libraryAddress } from "../shared/address.js";
import { filmEntry } from "./entries.js";
import { facetsOf, passing } from "./filters.js";
import { foldersIn } from "./folders.js";
import { isList, listOf } from "./lists.js";
import { seasonName, seasonsOf } from "./seasons.js";
import { shelf } from "./shelf.js";
import { arrange, commonFolder } from "./shelves.js";
import { nextOf, toGoOnWith } from "./watching.js";

/** @typedef {(films: Movie[], words: string) => Entry[]} Search */

/**
 * `chips` are links to parts of it. `episodes` and `season` are of a series. `of` is how many there are without filters;
 * null where nothing can be filtered. `facets` counts what the filters would show, which takes a while.
 * @typedef {object} View
 * @property {Shelf[]} shelves
 * @property {string} label
 * @property {Chip[]} chips
 * @property {(() => Promise<Facet[]>) | null} facets
 * @property {Movie[] | null} episodes
 * @property {Season | null} season
 * @property {number | null} of
 */

/** @type {Omit<View, "shelves">} */
const PLAIN = { label: "", chips: [], facets: null, episodes: null, season: null, of: null };
const HANDFUL = 12; // a list of up to so many needs no filters

/**
 * @param {Movie[]} films
 * @param {Part} part
 * @param {Here} here
 * @param {Search} found
 * @returns {View}
 */
export function viewOf(films, part, here, found) {
  if (part.series) return seriesView(films.filter(({ series }) => series === part.series), part);
  if (isList(films, part)) return listView(films, part, here, found);
  const shelves = arrange(films, part.folder, toGoOnWith(films));
  const isWhole = shelves.some(({ key }) => key === "all");
  return { ...PLAIN, shelves, label: "Folders", chips: isWhole ? foldersIn(films, part.folder).map(elsewhere) : [] };
}

/**
 * @param {Movie[]} films
 * @param {Part} part
 * @param {Here} here
 * @param {Search} found
 * @returns {View}
 */
function listView(films, part, here, found) {
  const all = listOf(films, part, found);
  const entries = passing(all, part.filters, here);
  const isChosen = Object.keys(part.filters).length > 0;
  const chips = part.folder && !part.words ? foldersIn(films, part.folder).map(elsewhere) : [];
  const shelves = entries.length > 0 ? [shelf("list", "", entries)] : [];
  return { ...PLAIN, shelves, label: "Folders", chips, facets: all.length > HANDFUL || isChosen ? () => facetsOf(all, part.filters, here) : null, of: all.length };
}

/** @param {{ name: string, address: string }} folder */
function elsewhere(folder) {
  return { ...folder, isHere: false };
}

/**
 * @param {Movie[]} episodes
 * @param {Part} part
 * @returns {View}
 */
function seriesView(episodes, { series, season: name }) {
  if (episodes.length === 0) return { ...PLAIN, shelves: [] };
  const seasons = seasonsOf(episodes);
  const wanted = name || seasonName(nextOf(episodes).movie);
  const season = seasons.find((each) => each.name === wanted) ?? seasons[0];
  const shown = shelf("season", season.heading, season.episodes.map(filmEntry), { series, folder: commonFolder(episodes), wide: true });
  const chips = seasons.map((each) => ({ name: each.heading, address: libraryAddress({ series, season: each.name }), isHere: each === season }));
  return { ...PLAIN, shelves: [shown], label: "Seasons", chips: seasons.length > 1 ? chips : [], episodes, season };
}
