// The card of a film or a series on a shelf: its cover, title and facts, and the button of its menu.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Face } from "./face.js" */

import { drawCover, hangPicture } from "./cover.js";

/** @typedef {ReturnType<typeof makeCard>} Card */

/**
 * Makes a card: a list item, and `show(movie, face)`, which updates it. Its link and button stay, so they keep the focus.
 * The movie is null on the card of a series, which has no menu.
 * @param {string} name
 */
export function makeCard(name) {
  const item = Object.assign(document.createElement("li"), { name, movie: /** @type {Movie | null} */ (null) });
  const link = part("a", "card");
  const caption = part("span", "title");
  const meta = part("span", "meta");
  const state = part("span", "unseen");
  const more = part("button", "more");
  more.type = "button";
  link.append(caption, meta, state);
  item.append(link);
  let shown = "";

  /**
   * @param {Movie | null} movie
   * @param {Face} face
   */
  function show(movie, face) {
    const drawn = JSON.stringify(face);
    item.movie = movie;
    if (drawn === shown) return;
    shown = drawn;
    link.href = face.address;
    caption.textContent = face.caption;
    meta.textContent = [face.apart, face.meta, face.versions].filter(Boolean).join(" · ");
    state.textContent = face.state;
    more.ariaLabel = `More about ${face.caption}`;
    if (movie !== null && !more.isConnected) item.append(more);
    showCover(link, face);
  }

  return { item, link, show };
}

/**
 * @param {HTMLElement} link
 * @param {Face} face
 */
function showCover(link, { name, poster = "", badge, watched, part: fraction, unwatched }) {
  const cover = coverIn(link, name);
  if (poster && cover.querySelector("img")?.src !== poster) hangPicture(cover, poster);
  cover.dataset.badge = badge;
  if (unwatched) cover.dataset.unwatched = String(unwatched);
  else delete cover.dataset.unwatched;
  cover.classList.toggle("watched", watched);
  cover.classList.toggle("begun", fraction > 0);
  cover.style.setProperty("--part", String(fraction));
}

/**
 * The cover in the link. A new one replaces a cover with another name.
 * @param {HTMLElement} link
 * @param {string} name
 */
function coverIn(link, name) {
  const cover = link.querySelector("span.cover");
  if (cover instanceof HTMLElement && cover.textContent === name) return cover;
  const drawn = drawCover(name);
  cover?.remove();
  link.prepend(drawn);
  return drawn;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 */
function part(tag, className) {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}
