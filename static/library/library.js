// The library view: shelves of cards. A refresh changes only the cards that show something else, so focus and scroll stay
// while details of films arrive.

/** @import { Address } from "../shared/address.js" */
/** @import { Movie } from "../shared/movies.js" */
/** @import { Season } from "./seasons.js" */
/** @import { Section } from "./section.js" */
/** @import { Shelf } from "./shelf.js" */
/** @import { View } from "./view.js" */

import { libraryAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { keyOf } from "../shared/movies.js";
import { playable } from "../shared/playability.js";
import { keptProgress } from "../shared/progress.js";
import { breathe } from "../shared/slices.js";
import { versionsOf } from "../shared/versions.js";
import { showChips } from "./chips.js";
import { facesApart } from "./face.js";
import { holdFilters, showFilters } from "./filter-bar.js";
import { kindsOf } from "./kinds.js";
import { followScroll } from "./long-grid.js";
import { placeInOrder } from "./place.js";
import { CONTINUE, isLarge } from "./rows.js";
import { found } from "./search.js";
import { cardAround, makeSection } from "./section.js";
import { showNextEpisode, showSeasonMark } from "./series-head.js";
import { filmsIn } from "./shelves.js";
import { showTrail } from "./trail.js";
import { viewOf } from "./view.js";
import { isWatched } from "./watching.js";

const FIRST_SHELVES = 3; // that are shown at once; the others follow
const PLAYS = 2; // of playable(): with picture and sound

const status = element("library-status");
const PANELS = ["library-loading", "library-empty", "library-unreachable", "library-no-match", "shelves"];
const panels = PANELS.map((id) => element(id));

/** @type {Map<string, Section>} */
const sections = new Map(); // by shelf
/** @type {WeakMap<Movie, boolean>} */
const plays = new WeakMap();
/** @type {{ movies: Movie[], folder: string, films: Movie[] } | null} */
let known = null; // the films of the part that is shown
let turn = 0; // counts what was shown, so that what is still being shown gives way
let count = ""; // how many films are shown, in words; "" until a list came

/**
 * Shows the films of the list, as the address says. What has not changed keeps its nodes. Fulfilled when all is shown.
 * `go` leads to another address.
 * @param {Movie[]} movies
 * @param {Address} address
 * @param {(address: string) => void} go
 */
export async function showLibrary(movies, address, go) {
  const mine = ++turn;
  const films = filmsOf(movies, address.folder);
  await breathe();
  if (mine !== turn) return;
  const view = viewOf(films, address, hereNow(), found);
  showTrail(address);
  showChips(view.label, view.chips, go);
  holdFilters(view.facets !== null);
  showNextEpisode(view.episodes);
  showSeasonMark(view.season, () => showLibrary(movies, staysAt(address, view.season), go));
  const isEmpty = view.shelves.length === 0;
  if (isEmpty) explainNothing(address);
  showPanel(movies.length === 0 ? "library-empty" : isEmpty ? "library-no-match" : "shelves");
  count = movies.length === 0 ? "" : countInWords(view, films, address);
  showReachable();
  await showShelves(view.shelves, mine);
  if (view.facets === null) return;
  await breathe(); // what was typed shows first
  if (mine !== turn) return;
  const facets = await view.facets();
  if (mine === turn) showFilters(facets, address, go);
}

/** To be called when the viewer comes back to the library: of films in versions, another may be chosen now. */
export function chooseAnew() {
  known = null;
}

export function showReachable() {
  say(count);
}

/** Says that the server does not answer. Films that are on the page already stay there. */
export function showUnreachable() {
  if (count === "") showPanel("library-unreachable");
  say(count && "The server does not answer just now. Trying again.");
}

/** The name of the card that has the focus, for focusCard(); null if none has. */
export function focusedCard() {
  return cardAround(document.activeElement)?.item.name ?? null;
}

/**
 * The movie of the card that the node is in; null on a card of a series.
 * @param {Element} node
 */
export function movieAt(node) {
  return cardAround(node)?.item.movie ?? null;
}

/**
 * Whether the card that the node is in is one of those to go on with.
 * @param {Element} node
 */
export function isToGoOnWith(node) {
  return cardAround(node)?.item.name.startsWith(`${CONTINUE}\n`) ?? false;
}

/**
 * Focuses the card of this name, else the first card of the film with this key.
 * @param {string | null} name
 * @param {string | null} key
 */
export function focusCard(name, key) {
  followScroll();
  const cards = [...sections.values()].flatMap((section) => [...section.cards.values()]).filter(({ item }) => item.isConnected);
  const card = cards.find(({ item }) => item.name === name) ?? cards.find(({ item }) => item.movie !== null && isOf(item.movie, key));
  card?.link.focus({ preventScroll: true });
}

/**
 * The address with the season in it, which is in the address bar then, too: once the season was watched, another one would
 * be shown else.
 * @param {Address} address
 * @param {Season | null} season
 */
function staysAt(address, season) {
  const there = { ...address, season: season?.name ?? "" };
  history.replaceState(history.state, "", libraryAddress(there));
  return there;
}

/**
 * @param {Movie[]} movies
 * @param {string} folder
 */
function filmsOf(movies, folder) {
  if (known === null || known.movies !== movies || known.folder !== folder) known = { movies, folder, films: filmsIn(movies, folder) };
  return known.films;
}

function hereNow() {
  const kept = keptProgress();
  return { isWatched: (/** @type {Movie} */ movie) => Boolean(isWatched(movie, kept)), plays: playsHere };
}

/** @param {Movie} movie */
function playsHere(movie) {
  let answer = plays.get(movie);
  if (answer === undefined) plays.set(movie, (answer = playable(movie) >= PLAYS));
  return answer;
}

/**
 * Shows the first shelves at once, and the others one after the other, so that none keeps the page waiting.
 * @param {Shelf[]} shelves
 * @param {number} mine
 */
async function showShelves(shelves, mine) {
  const told = { apart: facesApart(shelves), kept: keptProgress() };
  const shown = shelves.map((shelf) => sections.get(shelf.key) ?? makeSection());
  shelves.forEach(({ key }, index) => sections.set(key, shown[index]));
  leave(new Set(shown));
  for (const [index, shelf] of shelves.entries()) {
    if (index >= FIRST_SHELVES) await breathe();
    if (mine !== turn) return;
    placeInOrder(element("shelves"), shown.slice(0, Math.max(index + 1, placed(shown))).map(({ section }) => section));
    shown[index].show(shelf, told);
  }
}

/**
 * How many of the sections at the beginning are on the page already: they stay there until it is their turn.
 * @param {Section[]} shown
 */
function placed(shown) {
  const first = shown.findIndex(({ section }) => !section.isConnected);
  return first < 0 ? shown.length : first;
}

/** @param {Set<Section>} shown */
function leave(shown) {
  for (const [key, section] of sections) {
    if (shown.has(section)) continue;
    section.end();
    section.section.remove();
    if (key !== "list" && key !== "all") sections.delete(key);
  }
}

/**
 * @param {Movie} movie
 * @param {string | null} key
 */
function isOf(movie, key) {
  return versionsOf(movie).some((version) => keyOf(version) === key);
}

/** @param {Address} address */
function explainNothing({ words, series, filters }) {
  element("no-match-words").textContent = explanation(words, series, Object.keys(filters).length > 0);
}

/**
 * @param {string} words
 * @param {string} series
 * @param {boolean} isFiltered
 */
function explanation(words, series, isFiltered) {
  if (isFiltered) return "No film passes all of these filters.";
  if (words) return "No film has all of these words in its title, series, year or folder.";
  return series ? "There is no such series." : "There is no such folder, or no film in it.";
}

/**
 * @param {View} view
 * @param {Movie[]} films
 * @param {Address} address
 */
function countInWords(view, films, { words }) {
  if (view.episodes !== null) return numbered(view.episodes.length, "episode");
  if (view.of === null) return libraryInWords(films);
  const entries = view.shelves.flatMap((shelf) => shelf.entries);
  const series = entries.filter((entry) => entry.series !== null).length;
  const single = entries.length - series;
  const all = words ? films.length : view.of;
  if (series === 0) return single === all ? numbered(all, "film") : `${single} of ${numbered(all, "film")}`;
  const shown = [`${series} series`, single > 0 && numbered(single, "film")].filter(Boolean).join(", ");
  return words || entries.length === view.of ? shown : `${shown} of ${view.of}`;
}

/**
 * Of a large library, films and series are told apart.
 * @param {Movie[]} films
 */
function libraryInWords(films) {
  const { films: own, series, folders } = kindsOf(films);
  if (!isLarge(films) || series.length === 0) return numbered(films.length, "film");
  const single = own.length + folders.reduce((sum, [, each]) => sum + each.length, 0);
  return `${numbered(single, "film")}, ${new Set(series.map((movie) => movie.series)).size} series`;
}

/**
 * @param {number} number
 * @param {string} noun
 */
function numbered(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * Writes the text if it is new: screen readers read aloud whatever is written there, even the same words.
 * @param {string} text
 */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

/** @param {string} id */
function showPanel(id) {
  for (const panel of panels) panel.hidden = panel.id !== id;
}
