// The button that skips an intro, a recap or credits while they run.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Part } from "./chapter-kinds.js" */

import { partAt, skippableParts } from "./chapter-kinds.js";
import { element } from "../shared/element.js";

const WORDS = { intro: "Skip intro", recap: "Skip recap", credits: "Skip credits", preview: "Skip preview" };

const video = element("video", HTMLVideoElement);
const button = element("skip-part");

/** @type {Movie | null} */
let current = null; // the film that is open
/** @type {Part[]} */
let parts = [];

for (const event of ["timeupdate", "seeking"]) video.addEventListener(event, follow);
video.addEventListener("durationchange", findParts);
button.addEventListener("click", skipPart);

/** @param {Movie} movie */
export function openParts(movie) {
  current = movie;
  findParts();
}

export function closeParts() {
  current = null;
  findParts();
}

/** The part that runs now. */
export function runningPart() {
  return partAt(parts, video.currentTime);
}

function findParts() {
  parts = skippableParts(current?.chapters ?? [], video.duration);
  follow();
}

function follow() {
  const part = video.ended ? undefined : runningPart();
  if (part && button.textContent !== WORDS[part.kind]) button.textContent = WORDS[part.kind];
  if (button.hidden !== (part === undefined)) button.hidden = part === undefined;
}

function skipPart() {
  const part = runningPart();
  if (part) video.currentTime = part.end;
}
