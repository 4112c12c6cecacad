// The library view: shelves of covers, and the search over them.

import { filmAddress } from "./address.js";
import { drawCover } from "./cover.js";
import { folderOf, sizeInWords } from "./movies.js";
import { shelve } from "./shelves.js";

const element = (id) => document.getElementById(id);
const filter = element("filter");
const status = element("library-status");
const panels = ["library-loading", "library-empty", "library-unreachable", "library-no-match", "shelves"].map(element);

const sections = new Map(); // by folder
const cards = new Map(); // by path: {item, words, face}
let shown = null; // the list on the page; the very same list need not be rendered again

filter.addEventListener("input", applyFilter);

/** Brings the page up to date. What has not changed keeps its nodes, so scroll and focus stay. */
export function showMovies(movies) {
  if (movies !== shown) {
    shown = movies;
    renderShelves(shelve(movies));
  }
  filter.hidden = movies.length === 0;
  applyFilter();
}

/** The server does not answer. Films that are on the page already stay there. */
export function showUnreachable() {
  if (shown === null || shown.length === 0) showPanel("library-unreachable");
  say(shown?.length ? "The server does not answer just now. Trying again." : "");
}

export function focusCard(path) {
  cards.get(path)?.item.firstChild.focus({ preventScroll: true });
}

function renderShelves(shelves) {
  const paths = new Set(shown.map((movie) => movie.path));
  for (const [path, { item }] of cards) {
    if (paths.has(path)) continue;
    item.remove();
    cards.delete(path);
  }
  for (const { folder, movies } of shelves) {
    if (!sections.has(folder)) sections.set(folder, shelfSection(folder));
    placeInOrder(sections.get(folder).lastChild, movies.map((movie) => cardFor(movie, folder)));
  }
  const folders = new Set(shelves.map(({ folder }) => folder));
  for (const [folder, section] of sections) {
    if (folders.has(folder)) continue;
    section.remove();
    sections.delete(folder);
  }
  placeInOrder(element("shelves"), shelves.map(({ folder }) => sections.get(folder)));
}

/** Makes the nodes follow each other in the parent, moving none that is in its place: a moved node loses focus. */
function placeInOrder(parent, nodes) {
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

function shelfSection(folder) {
  const section = document.createElement("section");
  if (folder) {
    const heading = document.createElement("h2");
    heading.textContent = folder.replaceAll("/", " / ");
    section.append(heading);
  }
  const list = document.createElement("ul");
  list.className = "grid";
  section.append(list);
  return section;
}

function cardFor(movie, shelf) {
  const face = JSON.stringify([movie.title, movie.bytes, shelf]); // what is drawn; the same face need not be drawn again
  if (cards.get(movie.path)?.face !== face) {
    const item = cards.get(movie.path)?.item ?? document.createElement("li");
    item.replaceChildren(card(movie, shelf));
    cards.set(movie.path, { item, face, words: searchable(`${movie.title} ${movie.path}`) });
  }
  return cards.get(movie.path).item;
}

function card(movie, shelf) {
  const link = document.createElement("a");
  link.className = "card";
  link.href = filmAddress(movie.path);
  const meta = document.createElement("span");
  meta.className = "meta";
  const ownFolder = folderOf(movie.path).slice(shelf.length).replace(/^\//, "");
  meta.textContent = [sizeInWords(movie.bytes), ownFolder !== movie.title && ownFolder].filter(Boolean).join(" · ");
  link.append(drawCover(movie.title), meta);
  return link;
}

function applyFilter() {
  const wanted = searchable(filter.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { item, words } of cards.values()) {
    item.hidden = !wanted.every((word) => words.includes(word));
    if (!item.hidden) found += 1;
  }
  for (const section of sections.values()) {
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  showPanel(cards.size === 0 ? "library-empty" : found === 0 ? "library-no-match" : "shelves");
  say(countInWords(found));
}

function countInWords(found) {
  if (cards.size === 0) return "";
  const films = cards.size === 1 ? "1 film" : `${cards.size} films`;
  return found === cards.size ? films : `${found} of ${films}`;
}

/** Only what is new is written: a live region reads aloud whatever is written to it. */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

function showPanel(id) {
  for (const panel of panels) panel.hidden = panel.id !== id;
}

/** Text without case and accents, so that "amelie" finds "Amélie". */
function searchable(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
