// The panel that takes the place of the picture if a film does not play.

/** @import { Failure } from "./failure.js" */

import { element } from "../shared/element.js";

const panel = element("failure");
const ONLY_WITH_PICTURE = ["screen", "copy-link", "add-subtitles"];

let retry = () => {};

element("failure-retry").addEventListener("click", () => retry());

/**
 * Shows the failure and what can be done. `tryAgain` is called by the button "Try again".
 * @param {Failure} failure
 * @param {() => void} tryAgain
 */
export function showFailure({ heading, words, retry: canRetry = false, elsewhere = false }, tryAgain) {
  retry = tryAgain;
  if (document.fullscreenElement) document.exitFullscreen();
  for (const id of [...ONLY_WITH_PICTURE, "no-picture"]) element(id).hidden = true;
  write("failure-heading", heading);
  write("failure-words", words);
  element("failure-retry").hidden = !canRetry;
  for (const id of ["failure-vlc", "failure-download"]) element(id).hidden = !elsewhere;
  panel.hidden = false;
}

export function hideFailure() {
  panel.hidden = true;
  for (const id of ONLY_WITH_PICTURE) element(id).hidden = false;
}

export function failureShows() {
  return !panel.hidden;
}

/**
 * Writes the words if they are new: screen readers read aloud whatever is written there, even the same words.
 * @param {string} id
 * @param {string} words
 */
function write(id, words) {
  if (element(id).textContent !== words) element(id).textContent = words;
}
