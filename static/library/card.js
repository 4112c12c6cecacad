// The card of a film on a shelf: its cover, title and facts, and the button of its menu.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Progress } from "../shared/progress.js" */
/** @import { Shelf } from "./shelves.js" */

import { filmAddress } from "../shared/address.js";
import { drawCover, hangPicture } from "./cover.js";
import { filmFolder, serverUrl, sizeInWords } from "../shared/movies.js";
import { progressOfFilm } from "../shared/progress.js";
import { commonEdition, versionsOf } from "../shared/versions.js";
import { durationInWords, episodeAndTitle, languagesOf, sharpness, stateInShort, titleInWords } from "../shared/words.js";

const LEFT_UNSAID_S = 30; // with less left, only "nearly watched" is said

/** @typedef {ReturnType<typeof makeCard>} Card */
/** @typedef {ReturnType<typeof faceOf> & { apart?: string }} Face */

/**
 * Makes a card: a list item, and `show(movie, face)`, which updates it. Its link and button stay, so they keep the focus.
 * @param {string} name
 * @param {Movie} movie
 */
export function makeCard(name, movie) {
  const item = Object.assign(document.createElement("li"), { name, movie });
  const link = part("a", "card");
  const caption = part("span", "title");
  const meta = part("span", "meta");
  const state = part("span", "unseen");
  const more = part("button", "more");
  more.type = "button";
  link.append(caption, meta, state);
  item.append(link, more);
  let shown = "";

  /**
   * @param {Movie} movie
   * @param {Face} face
   */
  function show(movie, face) {
    const drawn = JSON.stringify([movie.url, face]);
    item.movie = movie;
    if (drawn === shown) return;
    shown = drawn;
    link.href = filmAddress(movie.url);
    caption.textContent = face.caption;
    meta.textContent = [face.apart, face.meta, face.versions].filter(Boolean).join(" · ");
    state.textContent = face.state;
    more.ariaLabel = `More about ${face.caption}`;
    showCover(link, face);
  }

  return { item, link, show };
}

/**
 * What the card shows, as plain values, so that an unchanged face is not drawn again. library.js adds `apart`: the words
 * that tell it from faces that read the same.
 * @param {Movie} movie
 * @param {Shelf} shelf
 */
export function faceOf(movie, shelf) {
  const progress = progressOfFilm(movie);
  const versions = versionsOf(movie).length;
  const part = progress !== null && progress.time > 0 ? progress.time / progress.duration : 0;
  return {
    caption: captionOf(movie, shelf),
    meta: metaOf(movie, shelf),
    versions: versions > 1 ? `${versions} versions` : "",
    state: progressInWords(progress),
    name: movie.title,
    poster: movie.poster && serverUrl(movie.poster),
    badge: [sharpness(movie.video), movie.video?.hdr && "HDR"].filter(Boolean).join(" "),
    watched: Boolean(progress?.watched),
    part: Math.min(1, part),
  };
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 */
function captionOf(movie, shelf) {
  if (movie.series === undefined) return titleInWords({ ...movie, edition: commonEdition(versionsOf(movie)) });
  return shelf.series === null ? movie.series : episodeAndTitle(movie);
}

/**
 * @param {Movie} movie
 * @param {Shelf} shelf
 */
function metaOf(movie, shelf) {
  const { title, series, year, duration, bytes, audio } = movie;
  const elsewhere = shelf.row || shelf.key === "sorted";
  const ownFolder = filmFolder(movie).slice(shelf.folder ? shelf.folder.length + 1 : 0);
  const languages = languagesOf(audio);
  return [
    series !== undefined && shelf.series === null && episodeAndTitle(movie),
    movie.extra,
    series === undefined && year,
    duration === undefined ? sizeInWords(bytes) : durationInWords(duration),
    languages.length > 1 && languages.join(", ").toUpperCase(),
    stateInShort(movie),
    year === undefined && series === undefined && !elsewhere && ownFolder !== title && ownFolder,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Progress | null} progress */
function progressInWords(progress) {
  if (progress !== null && progress.time > 0) {
    const left = progress.duration - progress.time;
    return left > LEFT_UNSAID_S ? `, ${durationInWords(left)} left` : ", nearly watched";
  }
  return progress?.watched ? ", watched" : "";
}

/**
 * @param {HTMLElement} link
 * @param {Face} face
 */
function showCover(link, { name, poster = "", badge, watched, part: fraction }) {
  const cover = coverIn(link, name);
  if (poster && cover.querySelector("img")?.src !== poster) hangPicture(cover, poster);
  cover.dataset.badge = badge;
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
