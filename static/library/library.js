// The library view: shelves of cards, kept up to date node by node.

import { libraryAddress } from "../shared/address.js";
import { wordsApart } from "../shared/apart.js";
import { faceOf, makeCard } from "./card.js";
import { keyOf } from "../shared/movies.js";
import { underWay } from "../shared/progress.js";
import { arrange, filmsIn } from "./shelves.js";
import { filmKey, versionsOf } from "../shared/versions.js";

const element = (id) => document.getElementById(id);
const status = element("library-status");
const panels = ["library-loading", "library-empty", "library-unreachable", "library-no-match", "shelves"].map(element);

const sections = new Map(); // by shelf
const cards = new Map(); // by shelf and film, since a film may stand on several shelves
let count = ""; // how many films are shown, in words; "" until a list came

/** Brings the page up to date. What has not changed keeps its nodes, so scroll and focus stay. */
export function showLibrary(movies, address) {
  const films = filmsIn(movies, address.folder);
  const shelves = arrange(films, address, underWay(films));
  const shown = new Set(shelves.flatMap((shelf) => shelf.movies)).size;
  forget(movies);
  showTrail(address.folder);
  const faces = facesOn(shelves);
  placeInOrder(element("shelves"), shelves.map((shelf) => sectionFor(shelf, address.folder, faces.get(shelf))));
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

/** The server does not answer. Films that are on the page already stay there. */
export function showUnreachable() {
  if (count === "") showPanel("library-unreachable");
  say(count && "The server does not answer just now. Trying again.");
}

/** The name of the card that has the focus, for focusCard(); null if none has. */
export function focusedCard() {
  return document.activeElement.closest("#shelves li")?.name ?? null;
}

/** Focuses a card by its name, or the first one of a film by its key. */
export function focusCard(name, key) {
  const named = cards.get(name);
  const card = named?.item.isConnected ? named : [...cards.values()].find(({ item }) => item.isConnected && isOf(item.movie, key));
  card?.link.focus({ preventScroll: true });
}

/** The faces of the films, by shelf and film: no two films read the same. */
function facesOn(shelves) {
  const faces = new Map(shelves.map((shelf) => [shelf, new Map(shelf.movies.map((movie) => [movie, faceOf(movie, shelf)]))]));
  const all = [...faces.values()].flatMap((some) => [...some]);
  const apart = wordsApart(all.map(([movie, { caption, meta }]) => [movie, `${caption}\n${meta}`]));
  for (const [movie, face] of all) face.apart = apart.get(movie);
  return faces;
}

function sectionFor(shelf, folder, faces) {
  if (!sections.has(shelf.key)) sections.set(shelf.key, makeSection());
  const { section, head, heading, size, list } = sections.get(shelf.key);
  const label = shelf.heading;
  if (label) section.prepend(head);
  else head.remove();
  if (heading.textContent !== label) heading.textContent = label;
  if (label && shelf.folder && shelf.folder !== folder) linkHeading(heading, label, shelf.folder);
  size.textContent = shelf.row ? "" : shelf.movies.length;
  list.className = [shelf.row ? "row" : "grid", shelf.wide && "wide"].filter(Boolean).join(" ");
  placeInOrder(list, shelf.movies.map((movie) => cardFor(movie, shelf, faces.get(movie))));
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
  size.ariaHidden = "true"; // lists tell their length themselves
  head.append(heading, size);
  section.append(list);
  return { section, head, heading, size, list };
}

function linkHeading(heading, label, folder) {
  if (heading.firstElementChild) return;
  const link = document.createElement("a");
  link.href = libraryAddress({ folder });
  link.textContent = label;
  heading.replaceChildren(link);
}

function cardFor(movie, shelf, face) {
  const name = `${shelf.key}\n${filmKey(movie)}`;
  if (!cards.has(name)) cards.set(name, makeCard(name));
  cards.get(name).show(movie, face);
  return cards.get(name).item;
}

function isOf(movie, key) {
  return versionsOf(movie).some((version) => keyOf(version) === key);
}

function forget(movies) {
  const keys = new Set(movies.map(keyOf));
  for (const [name, { item }] of cards) if (!keys.has(keyOf(item.movie))) cards.delete(name);
}

/** The folders above, each a link, and the one that is looked into. */
function showTrail(folder) {
  const trail = element("trail");
  trail.hidden = folder === "";
  if (trail.dataset.folder === folder) return;
  trail.dataset.folder = folder;
  const names = folder.split("/");
  const above = names.slice(0, -1).map((name, depth) => trailLink(name, names.slice(0, depth + 1).join("/")));
  const here = document.createElement("h2");
  here.textContent = names.at(-1);
  here.tabIndex = -1;
  trail.replaceChildren(trailLink("All films", ""), ...above, here);
}

function trailLink(name, folder) {
  const link = document.createElement("a");
  link.href = libraryAddress({ folder });
  link.textContent = name;
  return link;
}

/** Makes the nodes the parent's children, moving none that is in its place: a moved node loses focus. */
function placeInOrder(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

function countInWords(shown, all) {
  const films = all === 1 ? "1 film" : `${all} films`;
  return shown === all ? films : `${shown} of ${films}`;
}

/** Only what is new is written: a live region reads aloud whatever is written to it. */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

function showPanel(id) {
  for (const panel of panels) panel.hidden = panel.id !== id;
}
