// Which version of a film plays unless the viewer chooses another.

import { keyOf } from "./movies.js";
import { playable } from "./playability.js";
import { progressOf, progressOfCut } from "./progress.js";

const MOST_RATIO = 2; // device pixels to a CSS pixel: of more, nobody sees the difference in moving pictures
const ROOM = 1.9; // twice as wide as the screen is too much, as 4K is for 1080p; less is better than one that is too small

/**
 * The version that was begun last; else, of those that this browser plays best, the sharpest that the screen can show;
 * of the same sharpness the film itself rather than an edition.
 */
export function chosenVersion(versions) {
  if (versions.length === 1) return versions[0];
  return begun(versions) ?? versions.toSorted((a, b) => order(a, b))[0];
}

function order(a, b) {
  return playable(b) - playable(a) || sharpnessHere(b) - sharpnessHere(a) || Boolean(a.edition) - Boolean(b.edition);
}

/** The one that was watched last, if what is left of it would be watched now. */
function begun(versions) {
  return versions
    .map((movie) => ({ movie, own: progressOf(keyOf(movie)) }))
    .filter(({ movie, own }) => own?.time > 0 && own.seen === progressOfCut(movie).seen)
    .sort((a, b) => b.own.seen - a.own.seen)[0]?.movie;
}

/** The longer side in pixels; below 0 where that is more than the screen shows, the more the worse. */
function sharpnessHere(movie) {
  const pixels = longerSide(movie);
  const shown = Math.max(screen.width, screen.height) * Math.min(devicePixelRatio, MOST_RATIO) * ROOM;
  return pixels > shown ? -pixels : pixels;
}

/** As it was found out, or else as the name says. */
function longerSide({ video, version = "" }) {
  if (video?.width) return Math.max(video.width, video.height);
  if (/\b(?:4k|uhd)\b/i.test(version)) return 3840;
  const [, lines] = /\b(\d{3,4})[pi]\b/.exec(version) ?? [];
  return lines ? Math.round((lines * 16) / 9) : 0;
}
