// How far each film was watched on this device. It stays in this browser: one entry a film, so that tabs do not
// overwrite each other.

import { keyOf } from "./movies.js";
import { isSameCut, versionsOf } from "./versions.js";

const PREFIX = `progress ${location.pathname} `; // two libraries below one host are two libraries
const BEGUN_S = 5; // a film that was left before that was only looked into
const CREDITS = 0.05; // of a film: who leaves within its last part has seen it

/**
 * {time, duration (both in seconds), watched, seen (milliseconds since 1970)} of the film that has this key (movies.js), or
 * null for one never begun.
 */
export function progressOf(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null; // storage may be switched off
  }
}

/** The same of the film's cut: the latest, in whichever quality it was watched. An edition goes its own way. */
export function progressOfCut(movie) {
  const cut = versionsOf(movie).filter((other) => isSameCut(movie, other));
  const kept = cut.map((version) => progressOf(keyOf(version))).filter(Boolean);
  return kept.reduce((latest, each) => (each.seen > latest.seen ? each : latest), kept[0]) ?? null;
}

/** How far this version's cut was watched, and whether any version of the film was watched to its end. */
export function progressOfFilm(movie) {
  const watched = versionsOf(movie).some((version) => progressOf(keyOf(version))?.watched);
  const progress = progressOfCut(movie);
  return watched ? { time: 0, duration: 0, ...progress, watched } : progress;
}

/** Notes where the viewer is. At the end the film counts as watched, and begins anew the next time; unless it grows. */
export function keepProgress(key, time, duration, grows = false) {
  const before = progressOf(key);
  if (!(duration > 0 && Number.isFinite(duration)) || (before === null && time < BEGUN_S)) return;
  const ended = !grows && time >= duration * (1 - CREDITS);
  keep(key, { time: ended ? 0 : time, duration, watched: ended || Boolean(before?.watched), seen: Date.now() });
}

/** Marks the film as watched, or forgets that it ever was begun. */
export function markWatched(key, watched) {
  if (watched) keep(key, { time: 0, duration: progressOf(key)?.duration ?? 0, watched, seen: Date.now() });
  else forget(key);
}

/** The same of all of its versions. */
export function markFilm(movie, watched) {
  for (const version of versionsOf(movie)) markWatched(keyOf(version), watched);
}

/** Those of the films that were begun and not ended, the latest first. */
export function underWay(movies) {
  return movies
    .map((movie) => ({ movie, progress: progressOfCut(movie) }))
    .filter(({ progress }) => progress?.time > 0)
    .sort((a, b) => b.progress.seen - a.progress.seen)
    .map(({ movie }) => movie);
}

/** Gives what was kept by a path that several films may share to the first of them, which alone could be opened then. */
export function adoptProgress(movies) {
  for (const movie of movies) {
    const key = keyOf(movie);
    const progress = key === movie.path ? null : progressOf(movie.path);
    if (progress === null) continue;
    if (progressOf(key) === null) keep(key, progress);
    forget(movie.path);
  }
}

function keep(key, progress) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(progress));
  } catch {
    // Full or switched off: the film plays all the same.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Switched off: nothing was kept.
  }
}
