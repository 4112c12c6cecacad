// What the viewer is told of a film that plays only in part here.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { isSilent, warningsFor } from "../shared/playability.js";

const LISTEN_S = 2; // of play, until a browser has decoded sound if it ever does

const video = element("video", HTMLVideoElement);
const list = element("warnings");

/** @type {Movie | null} */
let current = null; // the movie that is open
let listened = false; // whether its sound was looked for

video.addEventListener("loadedmetadata", showLackOfPicture);
video.addEventListener("timeupdate", listen);

/** @param {Movie} movie */
export async function openWarnings(movie) {
  closeWarnings();
  current = movie;
  const warnings = await warningsFor(movie);
  if (current !== movie) return;
  listened = warnings.some(({ kind }) => kind === "sound");
  for (const { kind, words } of warnings) warn(kind === "state" ? words : `${words} Open it in VLC.`);
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
}

/** Some codecs lose only the picture, and raise no error. */
function showLackOfPicture() {
  const soundAlone = current?.state === "known" && current.video === undefined; // nothing is missing
  element("no-picture").hidden = video.videoWidth > 0 || soundAlone;
}

/** Others lose only the sound. */
function listen() {
  const played = video.played.length > 0 ? video.played.end(0) - video.played.start(0) : 0;
  if (current === null || listened || played < LISTEN_S) return;
  listened = true;
  if (isSilent(current)) warn("No sound: this browser cannot decode the sound of this film. Open it in VLC.");
}
