// The cover of a film: a drawn landscape whose colours follow from the title, and the poster over it once that has loaded.
// A cover has its size before the poster comes, so nothing on the page moves. Without a poster the drawing stays.

import { loadPicture } from "../shared/picture.js";

const LONG_TITLE = 26; // characters; longer ones are set smaller

/**
 * A cover with the title on it. The drawing is in library.css; only its numbers are set here.
 * @param {string} title
 */
export function drawCover(title) {
  const cover = document.createElement("span");
  const long = title.length > LONG_TITLE;
  cover.className = long ? "cover long" : "cover";
  cover.ariaHidden = "true"; // the caption below says the same
  const words = document.createElement("span");
  words.className = "cover-title";
  words.textContent = title;
  cover.append(words);
  const seed = hash(title);
  cover.style.setProperty("--hue", String(hueOf(title)));
  cover.style.setProperty("--sun-x", `${20 + ((seed >>> 9) % 60)}%`);
  cover.style.setProperty("--sun-y", `${(long ? 70 : 58) + ((seed >>> 16) % 14)}%`); // below the words
  cover.style.setProperty("--hill-x", `${10 + ((seed >>> 21) % 80)}%`);
  return cover;
}

/**
 * Lays a picture over the drawing. It is loaded when it comes near the screen.
 * @param {HTMLElement} cover
 * @param {string} url
 */
export function hangPicture(cover, url) {
  const picture = document.createElement("img");
  picture.alt = "";
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.addEventListener("load", () => {
    cover.classList.add("pictured");
    cover.classList.toggle("upright", picture.naturalHeight > picture.naturalWidth);
  });
  cover.querySelector("img")?.remove();
  cover.append(picture);
  loadPicture(picture, url, () => picture.parentNode !== null);
}

/**
 * The hue for a title, in degrees: from teal over blue and violet to orange, since dark yellows and greens look muddy.
 * @param {string} title
 */
export function hueOf(title) {
  return 175 + (hash(title) % 235);
}

/**
 * FNV-1a: titles that differ in one letter get very different numbers.
 * @param {string} text
 */
function hash(text) {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return (sum ^ (sum >>> 15)) >>> 0;
}
