// How far each film was watched on this device. It is kept in this browser, in one entry a film, so that tabs do not
// overwrite each other.

/** @import { Movie } from "./movies.js" */

import { keyOf } from "./movies.js";
import { isSameCut, versionsOf } from "./versions.js";

const BEGUN_S = 5; // a film that is left earlier does not count as begun
const FOLLOW_MS = 500; // a film that plays is kept every few seconds
const CREDITS = 0.05; // the last part of a film; one that is left within it counts as watched

/**
 * Times in seconds; `seen` in milliseconds since 1970.
 * @typedef {{ time: number, duration: number, watched: boolean, seen: number }} Progress
 */

/**
 * The progress of the file with this key (movies.js); null if it was never begun.
 * @param {string} key
 * @returns {Progress | null}
 */
export function progressOf(key) {
  try {
    return JSON.parse(localStorage.getItem(entry(key)) ?? "null");
  } catch {
    return null; // storage may be switched off
  }
}

/**
 * The latest progress of the film's versions with the movie's cut. An edition is another cut.
 * @param {Movie} movie
 * @returns {Progress | null}
 */
export function progressOfCut(movie) {
  const cut = versionsOf(movie).filter((other) => isSameCut(movie, other));
  const kept = cut.map((version) => progressOf(keyOf(version))).filter((progress) => progress !== null);
  return kept.sort((a, b) => b.seen - a.seen)[0] ?? null;
}

/**
 * How far this version's cut was watched, and whether any version of the film was watched to its end.
 * @param {Movie} movie
 * @returns {Progress | null}
 */
export function progressOfFilm(movie) {
  const watched = versionsOf(movie).some((version) => progressOf(keyOf(version))?.watched);
  const progress = progressOfCut(movie);
  return watched ? { time: 0, duration: 0, seen: 0, ...progress, watched } : progress;
}

/**
 * Keeps the viewer's place, in seconds. In its closing credits, or near its end, a film counts as watched, and begins anew
 * next time, unless it grows.
 * @param {string} key
 * @param {number} time
 * @param {number} duration
 * @param {{ grows?: boolean, inCredits?: boolean }} [state]
 */
export function keepProgress(key, time, duration, { grows = false, inCredits = false } = {}) {
  const before = progressOf(key);
  if (!(duration > 0 && Number.isFinite(duration)) || (before === null && time < BEGUN_S)) return;
  const ended = !grows && (inCredits || time >= duration * (1 - CREDITS));
  keep(key, { time: ended ? 0 : time, duration, watched: ended || Boolean(before?.watched), seen: Date.now() });
}

/**
 * Marks the film as watched, or forgets that it ever was begun.
 * @param {string} key
 * @param {boolean} watched
 */
export function markWatched(key, watched) {
  if (watched) keep(key, { time: 0, duration: progressOf(key)?.duration ?? 0, watched, seen: Date.now() });
  else forget(key);
}

/**
 * Marks all versions of the movie's film as watched, or forgets that they were begun.
 * @param {Movie} movie
 * @param {boolean} watched
 */
export function markFilm(movie, watched) {
  for (const version of versionsOf(movie)) markWatched(keyOf(version), watched);
}

/**
 * All that is kept, by the keys of the files. It takes one pass: to ask for each of ten thousand films would take longer.
 * @returns {Map<string, Progress>}
 */
export function keptProgress() {
  const beginning = entry("");
  /** @type {Map<string, Progress>} */
  const kept = new Map();
  for (const name of namesKept()) {
    const key = name.startsWith(beginning) ? name.slice(beginning.length) : null;
    const progress = key === null ? null : progressOf(key);
    if (key !== null && progress !== null) kept.set(key, progress);
  }
  return kept;
}

function namesKept() {
  try {
    return Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? "");
  } catch {
    return []; // storage may be switched off
  }
}

/**
 * Lets films be as if they had been watched long ago: what was watched to its end stays so, but nothing goes on from them.
 * @param {Movie[]} movies
 */
export function putAside(movies) {
  for (const movie of movies) {
    for (const key of versionsOf(movie).map(keyOf)) {
      const progress = progressOf(key);
      if (progress !== null) keep(key, { ...progress, seen: 0 });
    }
  }
}

/**
 * Moves progress that was kept by path to the film's key, for films that go by their URL now. Several of them may share a
 * path; the first one gets the progress, since only that one could be opened by its path.
 * @param {Movie[]} movies
 */
export function adoptProgress(movies) {
  for (const movie of movies) {
    const key = keyOf(movie);
    const progress = key === movie.path ? null : progressOf(movie.path);
    if (progress === null) continue;
    if (progressOf(key) === null) keep(key, progress);
    forget(movie.path);
  }
}

/**
 * Calls `changed` when a film was watched on in another tab; once for all that comes within FOLLOW_MS.
 * @param {() => void} changed
 */
export function followOtherTabs(changed) {
  let timer = 0;
  window.addEventListener("storage", ({ key }) => {
    if (key !== null && !key.startsWith(entry(""))) return; // null: everything was cleared
    timer ||= setTimeout(() => {
      timer = 0;
      changed();
    }, FOLLOW_MS);
  });
}

/**
 * The key in localStorage. It has the page's path, since one host may have several libraries.
 * @param {string} key
 */
function entry(key) {
  return `progress ${location.pathname} ${key}`;
}

/**
 * @param {string} key
 * @param {Progress} progress
 */
function keep(key, progress) {
  try {
    localStorage.setItem(entry(key), JSON.stringify(progress));
  } catch {
    // Full or switched off: the film plays all the same.
  }
}

/** @param {string} key */
function forget(key) {
  try {
    localStorage.removeItem(entry(key));
  } catch {
    // Switched off: nothing was kept.
  }
}
