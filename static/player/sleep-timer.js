// When a film is to stop because the viewer may be asleep.

/**
 * `minutes` from when it is set; "end": at the end of the film; null: never.
 * @typedef {number | "end" | null} Sleep
 */

/** @type {Sleep[]} */
export const SLEEPS = [null, 15, 30, 45, 60, 90, "end"];

/** @param {Sleep} sleep */
export function sleepInWords(sleep) {
  if (sleep === null) return "Off";
  return sleep === "end" ? "At the end of the film" : `In ${sleep} minutes`;
}

/**
 * What comes after it in the list; after the last the first.
 * @param {Sleep} sleep
 */
export function nextSleep(sleep) {
  return SLEEPS[(SLEEPS.indexOf(sleep) + 1) % SLEEPS.length];
}

/**
 * When the film is to stop, in milliseconds since 1970, if it is set at `now`; Infinity: not by the clock.
 * @param {Sleep} sleep
 * @param {number} now
 */
export function sleepTime(sleep, now) {
  return typeof sleep === "number" ? now + sleep * 60_000 : Infinity;
}
