// What comes after the film: at its closing credits, and at its end, the next one counts down. At the end, the picture also
// makes way for what else there is to do.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { replay } from "./keys.js";
import { runningPart } from "./skip-parts.js";
import { sleepsAtEnd } from "./sleep.js";
import { nextFilm } from "./upnext.js";

const COUNTDOWN_S = 10;
const LAST_S = 1; // of a film

const video = element("video", HTMLVideoElement);
const ending = element("ending");
const card = element("next-card");

let timer = 0;
let declined = false; // the viewer wants no next film, until the credits are left

video.addEventListener("timeupdate", watchCredits);
for (const event of ["seeking", "play"]) video.addEventListener(event, withdraw);
element("next-now").addEventListener("click", playNext);
element("next-cancel").addEventListener("click", decline);
element("ending-replay").addEventListener("click", replay);
element("ending-next").addEventListener("click", playNext);

/** To be called at the end of the film. */
export function showEnding() {
  const { name, follows } = nextFilm();
  if (sleepsAtEnd()) declined = true;
  ending.classList.add("ended");
  if (follows && !declined) offer();
  element("ending-next").textContent = `Next: ${name}`;
  element("ending-next").hidden = !name || !card.hidden;
  ending.hidden = false;
}

/** Browsers tell of the last time before they tell that the film has ended. */
function isAtEnd() {
  return video.ended || video.duration - video.currentTime < LAST_S;
}

/** Whether nothing of the story comes any more. */
export function isInCredits() {
  return runningPart()?.closes ?? false;
}

export function closeEnding() {
  declined = false;
  withdraw();
}

/** To be called also when the film's parts are known: a film that pauses in its credits tells nothing more. */
export function watchCredits() {
  const credits = !video.ended && isInCredits();
  if (!credits && !isAtEnd()) declined = false;
  if (!credits || declined || !card.hidden || !nextFilm().follows) return;
  offer();
  ending.hidden = false;
}

function offer() {
  element("next-title").textContent = nextFilm().name;
  card.hidden = false;
  countDown(COUNTDOWN_S);
}

/**
 * While the viewer pauses, the countdown waits.
 * @param {number} seconds
 */
function countDown(seconds) {
  element("next-countdown").textContent = `${seconds} s`;
  timer = setTimeout(() => {
    if (video.paused && !video.ended) countDown(seconds);
    else if (seconds > 1) countDown(seconds - 1);
    else playNext();
  }, 1000);
}

function decline() {
  declined = true;
  const { ended } = video;
  withdraw();
  if (ended) showEnding();
}

function withdraw() {
  clearTimeout(timer);
  card.hidden = true;
  ending.hidden = true;
  ending.classList.remove("ended");
}

function playNext() {
  element("next-film").click();
}
