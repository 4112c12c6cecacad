// A shelf on the page: its heading, which may lead to all of the kind, and its cards in a grid or a row.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Card } from "./card.js" */
/** @import { Shelf } from "./shelf.js" */
/** @import { Kept } from "./watching.js" */

import { makeCard } from "./card.js";
import { faceOf } from "./face.js";
import { makeGrid } from "./long-grid.js";
import { placeInOrder } from "./place.js";
import { makeRowButtons } from "./row.js";

const MOST_CARDS = 600; // of a section that are kept, whether they are on the page or not

/** @type {WeakMap<Element, Card>} */
const cardOf = new WeakMap(); // by its list item

/**
 * The card that the node is in.
 * @param {Element | null} node
 */
export function cardAround(node) {
  const item = node?.closest("#shelves li");
  return item ? cardOf.get(item) : undefined;
}

/** @typedef {ReturnType<typeof makeSection>} Section */
/** What cards say besides their films: words that tell them apart, and what was watched. */
/** @typedef {{ apart: Map<Movie, string>, kept: Kept }} Told */

/** Makes an empty section, and `show(shelf, told)`, which fills it. What has not changed keeps its nodes. */
export function makeSection() {
  const section = document.createElement("section");
  const head = node("div", "shelf-head");
  const heading = node("h2", "");
  const size = node("span", "shelf-size");
  const list = node("ul", "");
  const grid = makeGrid(list);
  const row = makeRowButtons(list);
  /** @type {Map<string, Card>} */
  const cards = new Map(); // by name
  size.ariaHidden = "true"; // screen readers tell the length of a list anyway
  head.append(heading, size, row.buttons);
  section.append(list);

  /**
   * @param {Shelf} shelf
   * @param {Told} told
   */
  function show(shelf, told) {
    if (shelf.heading) section.prepend(head);
    else head.remove();
    showHeading(heading, shelf.heading, shelf.address);
    size.textContent = shelf.total ? String(shelf.total) : "";
    list.className = [shelf.row ? "row" : "grid", shelf.wide && "wide"].filter(Boolean).join(" ");
    list.ariaLabel = shelf.heading || null;
    row.buttons.hidden = !shelf.row;
    if (shelf.row) showRow(shelf, told);
    else grid.show(shelf.entries.length, (index) => itemAt(shelf, index, told));
  }

  /**
   * @param {Shelf} shelf
   * @param {Told} told
   */
  function showRow(shelf, told) {
    grid.end();
    placeInOrder(list, shelf.entries.map((_, index) => itemAt(shelf, index, told)));
  }

  /**
   * @param {Shelf} shelf
   * @param {number} index
   * @param {Told} told
   */
  function itemAt(shelf, index, { apart, kept }) {
    const entry = shelf.entries[index];
    const movie = entry.series === null ? entry.movies[0] : null;
    const card = cardNamed(`${shelf.key}\n${entry.key}`);
    card.show(movie, { ...faceOf(entry, shelf, kept), apart: movie === null ? undefined : apart.get(movie) });
    return card.item;
  }

  /** @param {string} name */
  function cardNamed(name) {
    const known = cards.get(name);
    if (known) return known;
    if (cards.size > MOST_CARDS) for (const [other, { item }] of cards) if (!item.isConnected) cards.delete(other);
    const card = makeCard(name);
    cards.set(name, card);
    cardOf.set(card.item, card);
    return card;
  }

  return { section, cards, show, end: grid.end };
}

/**
 * @param {HTMLElement} heading
 * @param {string} words
 * @param {string} address
 */
function showHeading(heading, words, address) {
  const link = heading.querySelector("a");
  if (heading.textContent === words && (link?.getAttribute("href") ?? "") === address) return;
  if (!address) {
    heading.textContent = words;
    return;
  }
  const anchor = link ?? document.createElement("a");
  anchor.href = address;
  anchor.textContent = words;
  if (link === null) heading.replaceChildren(anchor);
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 */
function node(tag, className) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}
