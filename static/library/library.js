// The library view: shelves of cards. A refresh changes only the cards that show something else, so focus and scroll stay
// while details of films arrive.

/** @import { Address } from "../shared/address.js" */
/** @import { Movie } from "../shared/movies.js" */
/** @import { Card, Face } from "./card.js" */
/** @import { Shelf } from "./shelves.js" */

import { libraryAddress } from "../shared/address.js";
import { wordsApart } from "../shared/apart.js";
import { faceOf, makeCard } from "./card.js";
import { element } from "../shared/element.js";
import { keyOf } from "../shared/movies.js";
import { underWay } from "../shared/progress.js";
import { arrange, filmsIn } from "./shelves.js";
import { filmKey, versionsOf } from "../shared/versions.js";

const status = element("library-status");
const PANELS = ["library-loading", "library-empty", "library-unreachable", "library-no-match", "shelves"];
const panels = PANELS.map((id) => element(id));

/** @type {Map<string, ReturnType<typeof makeSection>>} */
const sections = new Map(); // by shelf
/** @type {Map<string, Card>} */
const cards = new Map(); // by shelf and film, since a film may stand on several shelves
/** @type {WeakMap<Element, Card>} */
const cardOf = new WeakMap(); // by its list item
let count = ""; // how many films are shown, in words; "" until a list came

/**
 * Shows the films of the list, as the address says. What has not changed keeps its nodes.
 * @param {Movie[]} movies
 * @param {Address} address
 */
export function showLibrary(movies, address) {
  const films = filmsIn(movies, address.folder);
  const shelves = arrange(films, address, underWay(films));
  const shown = new Set(shelves.flatMap((shelf) => shelf.movies)).size;
  forget(movies);
  showTrail(address.folder);
  const faces = facesOn(shelves);
  placeInOrder(element("shelves"), faces.map(([shelf, own]) => sectionFor(shelf, address.folder, own)));
  element("no-match-words").textContent = address.words
    ? "No film has all of these words in its title, series, year or folder."
    : "There is no such folder, or no film in it.";
  showPanel(movies.length === 0 ? "library-empty" : shown === 0 ? "library-no-match" : "shelves");
  count = movies.length === 0 ? "" : countInWords(shown, films.length);
  showReachable();
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
 * The movie of the card that the node is in.
 * @param {Element} node
 */
export function movieAt(node) {
  return cardAround(node)?.item.movie;
}

/**
 * The card that the node is in.
 * @param {Element | null} node
 */
function cardAround(node) {
  const item = node?.closest("#shelves li");
  return item ? cardOf.get(item) : undefined;
}

/**
 * Focuses the card of this name, else the first card of the film with this key.
 * @param {string | null} name
 * @param {string | null} key
 */
export function focusCard(name, key) {
  const named = name === null ? undefined : cards.get(name);
  const other = () => [...cards.values()].find(({ item }) => item.isConnected && isOf(item.movie, key));
  const card = named?.item.isConnected ? named : other();
  card?.link.focus({ preventScroll: true });
}

/**
 * Each shelf with its films and their faces. Faces that would read the same get words that tell them apart.
 * @param {Shelf[]} shelves
 * @returns {[Shelf, [Movie, Face][]][]}
 */
function facesOn(shelves) {
  /** @type {[Shelf, [Movie, Face][]][]} */
  const faces = shelves.map((shelf) => [shelf, shelf.movies.map((movie) => [movie, faceOf(movie, shelf)])]);
  const all = faces.flatMap(([, own]) => own);
  const apart = wordsApart(all.map(([movie, { caption, meta }]) => [movie, `${caption}\n${meta}`]));
  for (const [movie, face] of all) face.apart = apart.get(movie);
  return faces;
}

/**
 * @param {Shelf} shelf
 * @param {string} folder
 * @param {[Movie, Face][]} faces
 */
function sectionFor(shelf, folder, faces) {
  const parts = sections.get(shelf.key) ?? makeSection();
  sections.set(shelf.key, parts);
  const { section, head, heading, size, list } = parts;
  const label = shelf.heading;
  if (label) section.prepend(head);
  else head.remove();
  if (heading.textContent !== label) heading.textContent = label;
  if (label && shelf.folder && shelf.folder !== folder) linkHeading(heading, label, shelf.folder);
  size.textContent = shelf.row ? "" : String(shelf.movies.length);
  list.className = [shelf.row ? "row" : "grid", shelf.wide && "wide"].filter(Boolean).join(" ");
  placeInOrder(list, faces.map(([movie, face]) => cardFor(movie, shelf, face)));
  return section;
}

function makeSection() {
  const section = document.createElement("section");
  const head = document.createElement("div");
  const heading = document.createElement("h2");
  const size = document.createElement("span");
  const list = document.createElement("ul");
  head.className = "shelf-head";
  size.className = "shelf-size";
  size.ariaHidden = "true"; // screen readers tell the length of a list anyway
  head.append(heading, size);
  section.append(list);
  return { section, head, heading, size, list };
}

/**
 * @param {HTMLElement} heading
 * @param {string} label
 * @param {string} folder
 */
function linkHeading(heading, label, folder) {
  if (heading.firstElementChild) return;
  const link = document.createElement("a");
  link.href = libraryAddress({ folder });
  link.textContent = label;
  heading.replaceChildren(link);
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 * @param {Face} face
 */
function cardFor(movie, shelf, face) {
  const name = `${shelf.key}\n${filmKey(movie)}`;
  const card = cards.get(name) ?? makeCard(name, movie);
  cards.set(name, card);
  cardOf.set(card.item, card);
  card.show(movie, face);
  return card.item;
}

/**
 * @param {Movie} movie
 * @param {string | null} key
 */
function isOf(movie, key) {
  return versionsOf(movie).some((version) => keyOf(version) === key);
}

/** @param {Movie[]} movies */
function forget(movies) {
  const keys = new Set(movies.map(keyOf));
  for (const [name, { item }] of cards) if (!keys.has(keyOf(item.movie))) cards.delete(name);
}

/**
 * Shows where the folder is: links to the folders above it, and its own name.
 * @param {string} folder
 */
function showTrail(folder) {
  const trail = element("trail");
  trail.hidden = folder === "";
  if (trail.dataset.folder === folder) return;
  trail.dataset.folder = folder;
  const names = folder.split("/");
  const above = names.slice(0, -1).map((name, depth) => trailLink(name, names.slice(0, depth + 1).join("/")));
  const here = document.createElement("h2");
  here.textContent = names.at(-1) ?? "";
  here.tabIndex = -1;
  trail.replaceChildren(trailLink("All films", ""), ...above, here);
}

/**
 * @param {string} name
 * @param {string} folder
 */
function trailLink(name, folder) {
  const link = document.createElement("a");
  link.href = libraryAddress({ folder });
  link.textContent = name;
  return link;
}

/**
 * Makes the nodes the children of the parent. A node that is in its place is not moved, since that would take its focus.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
function placeInOrder(parent, nodes) {
  /** @type {Set<Element>} */
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/**
 * @param {number} shown
 * @param {number} all
 */
function countInWords(shown, all) {
  const films = all === 1 ? "1 film" : `${all} films`;
  return shown === all ? films : `${shown} of ${films}`;
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
