// A grid that may be thousands of cards long. Of a long one only the cards near the screen are on the page, each in its
// line and column. The grid has its full height all the same, so the scroll bar tells the truth.

import { cardsNear } from "./grid-range.js";
import { placeInOrder } from "./place.js";

const SHORT = 48; // cards; a grid of up to so many is on the page as a whole
const AHEAD = 1.25; // screens that are made beyond the edges
const NEEDED = 0.5; // screens that must be there

/** @typedef {{ columns: number, pitch: number, height: number }} Measures */

/** @type {Set<() => void>} */
const long = new Set(); // what each long grid does when the page scrolls
window.addEventListener("scroll", followScroll, { passive: true });

/** Shows the cards near the screen. The browser says only later that the page was scrolled. */
export function followScroll() {
  for (const follow of long) follow();
}

/**
 * @param {HTMLElement} list
 */
export function makeGrid(list) {
  let count = 0;
  let here = { first: 0, end: 0 };
  /** @type {Measures | null} */
  let measures = null;
  /** @type {(index: number) => HTMLElement} */
  let cardAt = () => list;
  const resized = new ResizeObserver(() => count > SHORT && lay());

  /**
   * Shows so many cards. `make` answers the one of an index.
   * @param {number} cards
   * @param {(index: number) => HTMLElement} make
   */
  function show(cards, make) {
    [count, cardAt] = [cards, make];
    if (count > SHORT) begin();
    else showAll();
  }

  function showAll() {
    end();
    placeInOrder(list, Array.from({ length: count }, (_, index) => unplaced(cardAt(index))));
  }

  function begin() {
    if (!long.has(follow)) resized.observe(list);
    long.add(follow);
    if (measures === null) placeInOrder(list, [unplaced(cardAt(0))]);
    lay();
  }

  /** To be called when the grid leaves the page. */
  function end() {
    long.delete(follow);
    resized.disconnect();
    measures = null;
    list.style.removeProperty("grid-template-rows");
  }

  /** Measures the grid, and shows what is near the screen. */
  function lay() {
    if (!list.isConnected) return;
    measures = measured(list);
    list.style.setProperty("grid-template-rows", `repeat(${Math.ceil(count / measures.columns)}, ${measures.height}px)`);
    fill(measures);
  }

  /** Follows the page as it scrolls. */
  function follow() {
    if (measures === null) return;
    const needed = cardsNear(seen(measures), NEEDED);
    if (needed.first < here.first || needed.end > here.end) fill(measures);
  }

  /** @param {Measures} measures */
  function fill(measures) {
    here = cardsNear(seen(measures), AHEAD);
    const { columns } = measures;
    const cards = Array.from({ length: here.end - here.first }, (_, index) => placed(cardAt(here.first + index), here.first + index, columns, count));
    placeInOrder(list, withFocused(list, cards));
  }

  /** @param {Measures} measures */
  function seen({ columns, pitch }) {
    return { top: list.getBoundingClientRect().top, pitch, columns, count, screen: innerHeight };
  }

  return { show, end };
}

/**
 * @param {HTMLElement} list
 * @returns {Measures}
 */
function measured(list) {
  const { gridTemplateColumns, rowGap } = getComputedStyle(list);
  const height = list.firstElementChild?.getBoundingClientRect().height ?? 0;
  return { columns: gridTemplateColumns.split(" ").length, height, pitch: Math.max(1, height + parseFloat(rowGap)) };
}

/**
 * The cards, and the one that has the focus, wherever that is: it stays on the page.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} cards
 */
function withFocused(list, cards) {
  const focused = document.activeElement?.closest("li");
  if (!(focused instanceof HTMLElement) || focused.parentElement !== list || cards.includes(focused)) return cards;
  const isAbove = Number(focused.ariaPosInSet) < Number(cards[0]?.ariaPosInSet);
  return isAbove ? [focused, ...cards] : [...cards, focused];
}

/**
 * @param {HTMLElement} card
 * @param {number} index
 * @param {number} columns
 * @param {number} count
 */
function placed(card, index, columns, count) {
  card.style.gridArea = `${Math.floor(index / columns) + 1} / ${(index % columns) + 1}`;
  card.ariaPosInSet = String(index + 1);
  card.ariaSetSize = String(count);
  return card;
}

/** @param {HTMLElement} card */
function unplaced(card) {
  card.style.removeProperty("grid-area");
  card.ariaPosInSet = card.ariaSetSize = null;
  return card;
}
