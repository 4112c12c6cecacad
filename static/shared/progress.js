// How far each film was watched on this device. It stays in this browser: one entry a film, so that tabs do not
// overwrite each other.

const PREFIX = `progress ${location.pathname} `; // two libraries below one host are two libraries
const BEGUN_S = 5; // a film that was left before that was only looked into
const CREDITS = 0.05; // of a film: who leaves within its last part has seen it

/** {time, duration (both in seconds), watched, seen (milliseconds since 1970)}, or null for a film never begun. */
export function progressOf(path) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + path));
  } catch {
    return null; // storage may be switched off
  }
}

/** Notes where the viewer is. At the end the film counts as watched, and begins anew the next time. */
export function keepProgress(path, time, duration) {
  const before = progressOf(path);
  if (!(duration > 0 && Number.isFinite(duration)) || (before === null && time < BEGUN_S)) return;
  const ended = time >= duration * (1 - CREDITS);
  keep(path, { time: ended ? 0 : time, duration, watched: ended || Boolean(before?.watched), seen: Date.now() });
}

/** Marks the film as watched, or forgets that it ever was begun. */
export function markWatched(path, watched) {
  if (watched) keep(path, { time: 0, duration: progressOf(path)?.duration ?? 0, watched, seen: Date.now() });
  else forget(path);
}

/** Those of the films that were begun and not ended, the latest first. */
export function underWay(movies) {
  return movies
    .map((movie) => ({ movie, progress: progressOf(movie.path) }))
    .filter(({ progress }) => progress?.time > 0)
    .sort((a, b) => b.progress.seen - a.progress.seen)
    .map(({ movie }) => movie);
}

function keep(path, progress) {
  try {
    localStorage.setItem(PREFIX + path, JSON.stringify(progress));
  } catch {
    // Full or switched off: the film plays all the same.
  }
}

function forget(path) {
  try {
    localStorage.removeItem(PREFIX + path);
  } catch {
    // Switched off: nothing was kept.
  }
}
