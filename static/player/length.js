// The length of the film, and seeking within it.
//
// If the header has no length, Chromium says Infinity, and Firefox as much as it has read. So `duration`, `seekable` and
// `currentTime` of the <video> are overridden: they follow the length that the server found, for all who read them,
// media-chrome too. While nothing is open, `currentTime` is where the film will begin: whoever seeks then is heard, too.

import { element } from "../shared/element.js";

const AGREES_S = 1; // lengths that differ by no more than this,
const AGREES = 0.01; // or this part of the film, are the same
const GROWS_WITHIN_MS = 5_000; // after the browser's end: if it has not read of more by then, the film is over

const video = element("video", HTMLVideoElement);
const browsers = { currentTime: own("currentTime"), duration: own("duration"), seekable: own("seekable") };

let found = 0; // the server's length in seconds; 0: unknown
let start = 0; // where the film begins, in seconds, once the browser knows it
/** @type {number | null} */
let target = null; // where to seek, in seconds, once the browser knows that much of the film
let endTimer = 0;
let plays = false; // whether to play at the target: browsers pause at what they take for the end

video.addEventListener("emptied", () => (target = null));
video.addEventListener("pause", () => (plays = plays && video.ended));
video.addEventListener("ended", () => (endTimer = setTimeout(believeBrowser, GROWS_WITHIN_MS)));
for (const event of ["durationchange", "seeking", "emptied"]) video.addEventListener(event, () => clearTimeout(endTimer));
for (const event of ["durationchange", "progress", "seeked"]) video.addEventListener(event, seekFurther);

Object.defineProperties(video, {
  duration: { get: duration },
  seekable: { get: seekable },
  currentTime: { get: () => (video.readyState === 0 ? start : browsers.currentTime.get()), set: seek },
});

/**
 * A property of the <video> as the browser has it.
 * @template {"currentTime" | "duration" | "seekable"} N
 * @param {N} name
 * @returns {{ get: () => HTMLMediaElement[N], set: (value: HTMLMediaElement[N]) => void }}
 */
function own(name) {
  const property = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, name);
  return { get: () => property?.get?.call(video), set: (value) => property?.set?.call(video, value) };
}

/**
 * Takes the length that the server found, in seconds; undefined: unknown.
 * @param {number} [seconds]
 */
export function knowLength(seconds) {
  found = seconds ?? 0;
  if (video.readyState === 0) return;
  for (const event of ["durationchange", "seekablechange"]) video.dispatchEvent(new Event(event));
}

/**
 * Lets the film that is opened next begin at the time in seconds. The viewer may still seek elsewhere.
 * @param {number} time
 */
export function startAt(time) {
  start = time;
}

/** In seconds: where the viewer wants the film to begin that is being opened. */
export function startTime() {
  return start;
}

/** The time that the viewer wants to be at, in seconds, while the browser cannot go there yet; else null. */
export function targetTime() {
  return target;
}

/** In seconds. Once the viewer is beyond the server's length, the browser's counts: the film has grown, or its clock begins
 * late. */
function duration() {
  const said = browsers.duration.get();
  const known = found > 0 && video.readyState > 0 && video.currentTime <= found + AGREES_S;
  return known && !agree(said, found) ? found : said;
}

/**
 * @param {number} said
 * @param {number} end
 */
function agree(said, end) {
  return Math.abs(said - end) <= Math.max(AGREES_S, end * AGREES);
}

function seekable() {
  const said = browsers.seekable.get();
  const end = duration();
  if (!Number.isFinite(end) || end === browsers.duration.get()) return said;
  return { length: 1, start: () => 0, end: () => end };
}

/**
 * Seeks. A browser goes no further than the length that it knows. As that grows, seekFurther() seeks again.
 * @param {number} time
 */
function seek(time) {
  if (video.readyState === 0 && !Number.isNaN(time)) return startAt(Math.max(0, time));
  target = time > furthest() && time <= duration() ? time : null;
  plays = !video.paused || (video.autoplay && video.played.length === 0);
  browsers.currentTime.set(time);
}

/** Ends the film where the browser has ended: Firefox may play no further than the header says. */
function believeBrowser() {
  target = null;
  knowLength();
}

function furthest() {
  const said = browsers.duration.get();
  return Number.isNaN(said) ? Infinity : said;
}

function seekFurther() {
  if (target === null || video.seeking) return;
  const time = target;
  if (time <= furthest()) target = null;
  else if (video.currentTime >= furthest() - AGREES_S) return; // it is as far as it can be
  browsers.currentTime.set(time);
  if (plays && video.paused) video.play().catch(() => {});
}
