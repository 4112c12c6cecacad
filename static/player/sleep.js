// The sleep timer: pauses the film, and keeps the next one from starting.

/** @import { Sleep } from "./sleep-timer.js" */

import { element } from "../shared/element.js";
import { note } from "../shared/note.js";
import { nextSleep, sleepInWords, sleepTime } from "./sleep-timer.js";

const video = element("video", HTMLVideoElement);

/** @type {Sleep} */
let chosen = null;
let timer = 0;

export function sleepChosen() {
  return chosen;
}

/** @param {Sleep} sleep */
export function chooseSleep(sleep) {
  chosen = sleep;
  clearTimeout(timer);
  const wait = sleepTime(sleep, Date.now()) - Date.now();
  if (Number.isFinite(wait)) timer = setTimeout(fallAsleep, wait);
  note(`Sleep timer: ${sleepInWords(sleep).toLowerCase()}`);
}

export function chooseNextSleep() {
  chooseSleep(nextSleep(chosen));
}

/** To be asked at the end of a film. Answers whether the viewer wants no other one; the timer is off from then on. */
export function sleepsAtEnd() {
  const sleeps = chosen === "end";
  if (sleeps) chosen = null;
  return sleeps;
}

function fallAsleep() {
  chosen = null;
  video.pause();
  note("Paused by the sleep timer", "Go on", () => video.play().catch(() => {}));
}
