// The choice of the version that plays unless the viewer chooses another.

/** @import { Movie } from "./movies.js" */

import { keyOf } from "./movies.js";
import { playable } from "./playability.js";
import { progressOf, progressOfCut } from "./progress.js";

const MOST_RATIO = 2; // device pixels to a CSS pixel; nobody sees more of them in moving pictures
const ROOM = 1.9; // a version may be so many times as wide as the screen; 4K on a screen of 1080p is twice as wide

/**
 * The version that was begun last; else, of those that this browser plays best, the sharpest that the screen can show.
 * If two are equally sharp, the film itself comes before an edition.
 * @param {Movie[]} versions
 */
export function chosenVersion(versions) {
  if (versions.length === 1) return versions[0];
  return begun(versions) ?? versions.toSorted((a, b) => order(a, b))[0];
}

/**
 * @param {Movie} a
 * @param {Movie} b
 */
function order(a, b) {
  return playable(b) - playable(a) || sharpnessHere(b) - sharpnessHere(a) || editionRank(a) - editionRank(b);
}

/** @param {Movie} movie */
function editionRank({ edition }) {
  return edition ? 1 : 0;
}

/**
 * The version that was watched last and not to its end. Of versions with the same cut, only the latest counts.
 * @param {Movie[]} versions
 */
function begun(versions) {
  const begun = versions.flatMap((movie) => {
    const own = progressOf(keyOf(movie));
    return own !== null && own.time > 0 && own.seen === progressOfCut(movie)?.seen ? [{ movie, seen: own.seen }] : [];
  });
  return begun.sort((a, b) => b.seen - a.seen)[0]?.movie;
}

/**
 * The longer side in pixels; negative if that is too much for the screen.
 * @param {Movie} movie
 */
function sharpnessHere(movie) {
  const pixels = longerSide(movie);
  const shown = Math.max(screen.width, screen.height) * Math.min(devicePixelRatio, MOST_RATIO) * ROOM;
  return pixels > shown ? -pixels : pixels;
}

/**
 * The longer side in pixels, as found in the film, else as its name says; 0: unknown.
 * @param {Movie} movie
 */
function longerSide({ video, version = "" }) {
  if (video?.width) return Math.max(video.width, video.height);
  if (/\b(?:4k|uhd)\b/i.test(version)) return 3840;
  const [, lines] = /\b(\d{3,4})[pi]\b/.exec(version) ?? [];
  return lines ? Math.round((Number(lines) * 16) / 9) : 0;
}
