// How long the film is, and seeking by that: what browsers say of a film whose header does not tell it is Infinity, or as
// much as they have read. The <video>'s own properties are made to say what the server has found, so that whoever asks
// them, media-chrome too, sees one length.

import { element } from "../shared/element.js";

const AGREES_S = 1; // that browser and server may differ by, or this part of the film
const AGREES = 0.01;
const GROWS_WITHIN_MS = 5_000; // a browser that has ended and does not learn of more by then plays no more

const video = element("video", HTMLVideoElement);
const browsers = { currentTime: own("currentTime"), duration: own("duration"), seekable: own("seekable") };

let found = 0; // seconds, as the server says; 0: it says nothing
/** @type {number | null} */
let target = null; // a time that the browser does not go to yet
let endTimer = 0;
let plays = false; // whether it is to play from there: browsers pause at what they take for the end

video.addEventListener("emptied", () => (target = null));
video.addEventListener("pause", () => (plays = plays && video.ended));
video.addEventListener("ended", () => (endTimer = setTimeout(believeBrowser, GROWS_WITHIN_MS)));
for (const event of ["durationchange", "seeking", "emptied"]) video.addEventListener(event, () => clearTimeout(endTimer));
for (const event of ["durationchange", "progress"]) video.addEventListener(event, seekFurther);

Object.defineProperties(video, {
  duration: { get: duration },
  seekable: { get: seekable },
  currentTime: { get: () => browsers.currentTime.get(), set: seek },
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
 * Takes what the server says of the film's length, in seconds; undefined where it says nothing.
 * @param {number} [seconds]
 */
export function knowLength(seconds) {
  found = seconds ?? 0;
  if (video.readyState === 0) return;
  for (const event of ["durationchange", "seekablechange"]) video.dispatchEvent(new Event(event));
}

/** Where the viewer wants to be, where the browser has not come to that yet; else null. */
export function targetTime() {
  return target;
}

/** In seconds. Where the viewer is beyond what the server has found, the browser knows better: the film has grown, or its
 * clock begins late. */
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
 * Browsers go no further than the length that they know. It grows, so they are told again until they are there.
 * @param {number} time
 */
function seek(time) {
  target = time > furthest() && time <= duration() ? time : null;
  plays = !video.paused || (video.autoplay && video.played.length === 0);
  browsers.currentTime.set(time);
}

/** Firefox plays no further than a header says. */
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
