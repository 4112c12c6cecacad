// The warnings below a film that plays only in part in this browser.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { isSilent, warningsFor } from "../shared/playability.js";

const LISTEN_S = 2; // of play; by then a browser has decoded sound if it can

const video = element("video", HTMLVideoElement);
const list = element("warnings");

/** @type {Movie | null} */
let current = null; // the movie that is open
let listened = false; // whether its sound is known to be missing

video.addEventListener("loadedmetadata", showLackOfPicture);
video.addEventListener("timeupdate", listen);

/** @param {Movie} movie */
export async function openWarnings(movie) {
  closeWarnings();
  current = movie;
  const warnings = await warningsFor(movie);
  if (current !== movie) return;
  listened = warnings.some(({ kind }) => kind === "sound");
  for (const { kind, words } of warnings) {
    const item = warn(kind === "state" ? words : `${words} Open it in VLC.`);
    if (kind === "picture") item.id = "picture-warning";
  }
  if (video.videoWidth > 0) withdrawPictureWarning();
}

export function closeWarnings() {
  current = null;
  listened = false;
  list.hidden = true;
  list.replaceChildren();
  element("no-picture").hidden = true;
}

/** @param {string} words */
function warn(words) {
  const item = document.createElement("li");
  item.textContent = words;
  list.append(item);
  list.hidden = false;
  return item;
}

/** Some browsers show pictures that they say they do not decode. */
function withdrawPictureWarning() {
  document.getElementById("picture-warning")?.remove();
  list.hidden = list.childElementCount === 0;
}

/** Says so if there is no picture: browsers leave out a track that they cannot decode, without an error. */
function showLackOfPicture() {
  const soundAlone = current?.state === "known" && current.video === undefined; // nothing is missing
  element("no-picture").hidden = video.videoWidth > 0 || soundAlone;
  if (video.videoWidth > 0) withdrawPictureWarning();
}

/** Warns if there is no sound after LISTEN_S. */
function listen() {
  if (current === null || listened || playedSeconds() < LISTEN_S || !isSilent(current)) return;
  listened = true;
  warn("No sound: this browser cannot decode the sound of this film. Open it in VLC.");
}

/** A viewer who seeks leaves several ranges behind. */
function playedSeconds() {
  let sum = 0;
  for (let index = 0; index < video.played.length; index++) sum += video.played.end(index) - video.played.start(index);
  return sum;
}
