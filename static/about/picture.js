// The large picture behind the title of a film, the poster beside it, and the logo in place of the title.

/** @import { Movie } from "../shared/movies.js" */
/** @import { About } from "./facts.js" */

import { serverUrl } from "../shared/movies.js";
import { loadPicture } from "../shared/picture.js";
import { node } from "./parts.js";

/**
 * Shows the pictures in the head of the page as they load. Until then, and without any, the head has a colour.
 * The logo takes the place of `name`: the title, or that of the series.
 * @param {HTMLElement} head
 * @param {HTMLElement} name
 * @param {Movie} movie
 * @param {Record<string, string>} artwork
 */
export function hangArtwork(head, name, movie, artwork) {
  const { backdrop, landscape, logo, "series-poster": seriesPoster } = artwork;
  const large = backdrop ?? landscape;
  const poster = movie.poster ?? seriesPoster;
  if (large) hang(head, large, "about-backdrop");
  if (poster) hang(head, poster, "about-poster", (picture) => (isUpright(picture) ? showBeside(head, poster, large) : showBehind(picture, large)));
  if (logo) showLogo(name, logo);
}

/**
 * @param {HTMLElement} head
 * @param {string} url
 * @param {string} className
 * @param {(picture: HTMLImageElement) => void} loaded
 */
function hang(head, url, className, loaded = () => {}) {
  const picture = node("img", className);
  picture.alt = "";
  picture.decoding = "async";
  picture.addEventListener("load", () => {
    picture.classList.add("loaded");
    loaded(picture);
  });
  head.prepend(picture);
  loadPicture(picture, serverUrl(url), () => head.isConnected);
}

/** @param {HTMLImageElement} picture */
function isUpright({ naturalWidth, naturalHeight }) {
  return naturalHeight > naturalWidth;
}

/**
 * A poster stands beside the title. Without a large picture it is also behind it, blurred.
 * @param {HTMLElement} head
 * @param {string} poster
 * @param {string | undefined} large
 */
function showBeside(head, poster, large) {
  head.classList.add("has-poster");
  if (large === undefined) hang(head, poster, "about-backdrop blurred");
}

/**
 * A picture that is wide, as one made of the film, is the large picture if there is no other.
 * @param {HTMLImageElement} picture
 * @param {string | undefined} large
 */
function showBehind(picture, large) {
  if (large === undefined) picture.className = "about-backdrop loaded";
  else picture.remove();
}

/**
 * @param {HTMLElement} name
 * @param {string} url
 */
function showLogo(name, url) {
  const logo = node("img", "about-logo");
  logo.alt = name.textContent ?? "";
  logo.addEventListener("load", () => name.replaceChildren(logo));
  logo.src = serverUrl(url);
}
