// The buttons below the picture: links to copy, other players, and the viewer's own subtitles.

/** @import { Movie } from "../shared/movies.js" */

import { isLocked } from "../shared/access.js";
import { clockTime, filmAddress } from "../shared/address.js";
import { addCaptions } from "./captions.js";
import { copyText } from "../shared/clipboard.js";
import { directLink } from "./direct-link.js";
import { element } from "../shared/element.js";
import { filmPlaylistUrl, videoUrl } from "../shared/movies.js";
import { note } from "../shared/note.js";
import { shareFilm } from "../shared/sharing.js";
import { readSubtitles } from "./subtitles.js";

const fileInput = element("subtitle-file", HTMLInputElement);

/** @type {Movie | null} */
let current = null; // the movie that is open
let timeToShare = () => 0;

element("more").addEventListener("click", () => showMore(Boolean(element("more-actions").hidden)));
element("copy-link").addEventListener("click", copyLink);
element("copy-direct-link").addEventListener("click", copyDirectLink);
element("share-film").addEventListener("click", () => current && shareFilm(current));
element("add-subtitles").addEventListener("click", () => fileInput.click());
fileInput.addEventListener("change", () => takeSubtitles(fileInput.files?.[0]));
element("player").addEventListener("dragover", (event) => event.preventDefault());
element("player").addEventListener("drop", onDrop);

/**
 * Shows the buttons for the movie. `time` answers the second of the film that a copied link leads to.
 * @param {Movie} movie
 * @param {() => number} time
 */
export function openActions(movie, time) {
  current = movie;
  timeToShare = time;
  const playlist = filmPlaylistUrl(movie);
  for (const id of ["open-in-vlc", "failure-vlc"]) element(id, HTMLAnchorElement).href = playlist;
  for (const id of ["download", "failure-download"]) element(id, HTMLAnchorElement).href = videoUrl(movie);
  element("share-film").hidden = !isLocked();
  element("film-actions").hidden = false;
}

export function closeActions() {
  current = null;
  showMore(false);
  element("film-actions").hidden = true;
}

/** @param {boolean} shown */
function showMore(shown) {
  element("more-actions").hidden = !shown;
  element("more").setAttribute("aria-expanded", String(shown));
  if (shown) element("more-actions").scrollIntoView({ block: "nearest" });
}

function copyLink() {
  if (current === null) return;
  const time = timeToShare();
  const link = new URL(filmAddress(current.url, time), document.baseURI).href;
  copy(link, `Link copied; it starts at ${clockTime(time)}.`);
}

async function copyDirectLink() {
  const link = current && (await directLink(current));
  if (link) copy(link, "Direct link copied.");
  else note("The server gives no link now.");
}

/**
 * @param {string} link
 * @param {string} words
 */
async function copy(link, words) {
  if (await copyText(link)) note(words);
  else note(`Copy this link: ${link}`, "Close");
}

/** @param {DragEvent} event */
function onDrop(event) {
  event.preventDefault();
  takeSubtitles(event.dataTransfer?.files[0]);
}

/** @param {File} [file] */
async function takeSubtitles(file) {
  if (file === undefined || current === null) return;
  try {
    addCaptions(file.name, await readSubtitles(file));
    note(`Captions from ${file.name}. The keys g and h move them in time.`);
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
  }
  fileInput.value = ""; // the same file may be chosen again
}
