// Subtitles: the film's tracks and those that the viewer brings, which of them shows, and when and where.

/** @import { Movie, Subtitle } from "../shared/movies.js" */

import { captionNames, inOrder, speaks, suitable } from "./caption-choice.js";
import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { preferences, prefer } from "../shared/preferences.js";
import { untilAnswered } from "../shared/reconnect.js";

const ABOVE_CONTROLS = -4; // lines from the bottom
const LINES_BY_CUE = CSS.supports("-moz-appearance", "none"); // elsewhere the style sheet lifts captions

const video = element("video", HTMLVideoElement);
const screen = element("screen");

let delay = 0; // seconds; positive: later
/** @type {WeakMap<TextTrack, number>} */
const delays = new WeakMap(); // the delay that the cues of each text track have now
/** @type {TextTrack | null} */
let lastShown = null;
let closing = new AbortController(); // of the film's tracks
let settled = false; // it shows: changes from now on are the viewer's

video.textTracks.addEventListener("change", noteChoice);
video.textTracks.addEventListener("change", applyDelay);
if (LINES_BY_CUE) {
  new MutationObserver(placeCues).observe(screen, { attributeFilter: ["userinactive", "mediapaused"] });
}

/**
 * Gives the <video> the film's tracks, and shows the one that suits the viewer.
 * @param {Movie} movie
 */
export function openCaptions(movie) {
  closeCaptions();
  const listed = inOrder(movie.subtitles ?? [], navigator.languages);
  const chosen = suitable(listed, movie.audio ?? [], navigator.languages, preferences().captions);
  settled = chosen === undefined;
  const names = captionNames(listed, navigator.languages);
  for (const [index, subtitle] of listed.entries()) {
    const track = addTrack(names[index], serverUrl(subtitle.url), subtitle);
    track.addEventListener("error", () => loadAgain(track, closing.signal), { once: true });
    track.default = subtitle === chosen; // browsers make a choice of their own beside a mode that is set now
  }
}

export function closeCaptions() {
  closing.abort();
  closing = new AbortController();
  settled = false;
  delay = 0;
  for (const track of trackElements()) {
    if (track.src.startsWith("blob:")) URL.revokeObjectURL(track.src);
    track.remove();
  }
}

/**
 * Shows WebVTT that the viewer brought, under its name.
 * @param {string} name
 * @param {string} webVtt
 */
export function addCaptions(name, webVtt) {
  const url = URL.createObjectURL(new Blob([webVtt], { type: "text/vtt" }));
  showOnly(addTrack(name, url, {}).track);
}

/** Off; or on: what showed last, else what the viewer understands, else the first. */
export function toggleCaptions() {
  const tracks = captionTracks();
  const before = preferences().captions?.language;
  const understood = before === undefined ? navigator.languages : [before, ...navigator.languages];
  const wanted =
    tracks.find((track) => track === lastShown) ??
    tracks.find((track) => track.language && speaks(understood, track.language)) ??
    tracks[0];
  showOnly(tracks.some((track) => track.mode === "showing") ? null : wanted);
}

/**
 * Moves the captions by so many seconds, and answers by how many they are moved now.
 * @param {number} seconds
 */
export function delayCaptions(seconds) {
  delay = Math.round((delay + seconds) * 10) / 10;
  applyDelay();
  return delay;
}

/**
 * @param {string} label
 * @param {string} src
 * @param {Partial<Subtitle>} subtitle
 */
function addTrack(label, src, { language = "" }) {
  const track = document.createElement("track");
  Object.assign(track, { className: "captions", kind: "subtitles", label, src, srclang: language });
  track.addEventListener("load", applyDelay);
  track.track.addEventListener("cuechange", placeCues);
  video.append(track);
  return track;
}

/**
 * What takes long to be taken out of a film is answered by 503 for now. Browsers do not ask for a track again.
 * @param {HTMLTrackElement} track
 * @param {AbortSignal} signal
 */
async function loadAgain(track, signal) {
  const status = await untilAnswered(track.src, () => {}, signal);
  if (status === 200) track.src += "#again"; // the same address would not be loaded
}

function captionTracks() {
  return trackElements().map(({ track }) => track);
}

function trackElements() {
  return [...video.querySelectorAll("track")].filter(({ className }) => className === "captions");
}

/** @param {TextTrack | null} shown */
function showOnly(shown) {
  for (const track of captionTracks()) track.mode = track === shown ? "showing" : "disabled";
}

function noteChoice() {
  const showing = captionTracks().find((track) => track.mode === "showing");
  lastShown = showing ?? lastShown;
  if (!settled) {
    settled = showing !== undefined;
    return;
  }
  if (showing?.language) prefer({ captions: { language: showing.language } });
  else if (!showing) prefer({ captions: { off: true, language: undefined } });
}

/** Moves the cues of each track that has them. A track that is off has none; it is moved once it is switched on. */
function applyDelay() {
  for (const { track, readyState } of trackElements()) {
    if (readyState !== HTMLTrackElement.LOADED || !track.cues) continue;
    const seconds = delay - (delays.get(track) ?? 0);
    delays.set(track, delay);
    for (const cue of seconds ? track.cues : []) {
      cue.startTime += seconds;
      cue.endTime += seconds;
    }
  }
}

function placeCues() {
  if (!LINES_BY_CUE) return;
  const lifted = !screen.hasAttribute("userinactive") || screen.hasAttribute("mediapaused");
  for (const track of captionTracks()) {
    for (const cue of track.activeCues ?? []) {
      if (!(cue instanceof VTTCue)) continue;
      if (cue.line === "auto" || cue.line === ABOVE_CONTROLS) cue.line = lifted ? ABOVE_CONTROLS : "auto";
    }
  }
}
