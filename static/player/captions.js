// Captions: the film's subtitles and those that the viewer adds. Chooses which are shown, moves them in time, and keeps
// them above the controls.

/** @import { Item } from "./menu.js" */
/** @import { ImageSubtitle, Movie, Subtitle } from "../shared/movies.js" */
/** @import { CaptionChoice } from "../shared/preferences.js" */

import { captionNames, inOrder, speaks, suitable } from "./caption-choice.js";
import { isStyleWanted } from "./caption-style.js";
import { showImages } from "./image-captions.js";
import { showStyled } from "./styled-captions.js";
import { element } from "../shared/element.js";
import { serverUrl, subtitlesOf } from "../shared/movies.js";
import { note } from "../shared/note.js";
import { preferences, prefer } from "../shared/preferences.js";
import { untilAnswered } from "../shared/reconnect.js";
import { tracksFor, withTracks } from "../shared/track-memory.js";

const ABOVE_CONTROLS = -4; // lines from the bottom
const LINES_BY_CUE = CSS.supports("-moz-appearance", "none"); // Firefox; in others player.css lifts captions

const video = element("video", HTMLVideoElement);
const screen = element("screen");

let delay = 0; // seconds; positive: later
/** @type {WeakMap<TextTrack, number>} */
const delays = new WeakMap(); // the delay that the cues of each text track have now
/** @type {WeakMap<TextTrack, Partial<Subtitle>>} */
const described = new WeakMap(); // what is known of each
/** @type {WeakMap<TextTrack, ImageSubtitle>} */
const images = new WeakMap(); // the pictures of each that has no text
/** @type {WeakMap<TextTrack, string>} */
const styled = new WeakMap(); // the address of each that is shown with its styles
/** @type {TextTrack | null} */
let lastShown = null;
/** @type {string | undefined} */
let series; // of the film that is open
let closing = new AbortController(); // aborted when the film's tracks are removed
let settled = false; // whether the first choice is shown: later changes are the viewer's

video.textTracks.addEventListener("change", noteChoice);
element("captions-button").addEventListener("mediatogglesubtitlesrequest", onToggle);
video.textTracks.addEventListener("change", applyDelay);
video.textTracks.addEventListener("change", followDrawn);
if (LINES_BY_CUE) {
  new MutationObserver(placeCues).observe(screen, { attributeFilter: ["userinactive", "mediapaused"] });
}

/**
 * Gives the <video> the film's tracks, and shows the one that suits the viewer.
 * @param {Movie} movie
 */
export function openCaptions(movie) {
  closeCaptions();
  const listed = inOrder(subtitlesOf(movie), navigator.languages);
  series = movie.series;
  const chosen = suitable(listed, movie.audio ?? [], navigator.languages, tracksFor(preferences(), series).captions);
  settled = chosen === undefined;
  const names = captionNames(listed, navigator.languages);
  for (const [index, subtitle] of listed.entries()) {
    const track = addListed(names[index], subtitle);
    track.default = subtitle === chosen; // not by its mode: Chromium would choose another one as well
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
  followDrawn();
}

/**
 * Adds WebVTT from the viewer's disk under this name, and shows it.
 * @param {string} name
 * @param {string} webVtt
 */
export function addCaptions(name, webVtt) {
  showOnly(addTrack(name, urlOf(webVtt), {}).track);
}

/** @param {string} webVtt */
function urlOf(webVtt) {
  return URL.createObjectURL(new Blob([webVtt], { type: "text/vtt" }));
}

/**
 * For those that the page draws, a track without cues stands: so they are chosen, kept and switched off as all others.
 * @param {string} name
 * @param {Subtitle | ImageSubtitle} subtitle
 */
function addListed(name, subtitle) {
  const track = addTrack(name, urlOf("WEBVTT"), subtitle);
  if ("part_s" in subtitle) images.set(track.track, subtitle);
  else if (subtitle.styled && isStyleWanted()) styled.set(track.track, styledUrl(subtitle));
  else showPlain(track);
  return track;
}

/** @param {Partial<Subtitle>} subtitle */
function styledUrl({ url = "" }) {
  return url.replace(/\.vtt(?=\?)/, ".ass");
}

function followDrawn() {
  const showing = captionTracks().find(({ mode }) => mode === "showing");
  showImages((showing && images.get(showing)) ?? null, delay);
  const track = trackElements().find((each) => each.track === showing);
  const url = (showing && styled.get(showing)) ?? "";
  showStyled(url, delay, (words) => {
    if (track) showPlain(track);
    if (words) note(words);
  });
}

/**
 * The browser shows the words.
 * @param {HTMLTrackElement} track
 */
function showPlain(track) {
  const { url = "" } = described.get(track.track) ?? {};
  styled.delete(track.track);
  track.addEventListener("error", () => loadAgain(track, closing.signal), { once: true });
  setSource(track, serverUrl(url));
}

/**
 * @param {HTMLTrackElement} track
 * @param {string} src
 */
function setSource(track, src) {
  if (track.src.startsWith("blob:")) URL.revokeObjectURL(track.src);
  track.src = src;
}

/** Whether any of the film's captions have styles of their own. */
export function haveStyles() {
  return trackElements().some(({ track }) => described.get(track)?.styled);
}

/** Shows captions with their styles, or without, as the viewer chose by now. */
export function restyle() {
  for (const track of trackElements()) {
    const subtitle = described.get(track.track) ?? {};
    if (!subtitle.styled || styled.has(track.track) === isStyleWanted()) continue;
    if (!isStyleWanted()) {
      showPlain(track);
      continue;
    }
    styled.set(track.track, styledUrl(subtitle));
    setSource(track, urlOf("WEBVTT"));
  }
  followDrawn();
}

/** Switches captions off, or on: those shown last, else those in a language of the viewer, else the first. */
export function toggleCaptions() {
  const tracks = captionTracks();
  const before = tracksFor(preferences(), series).captions?.language;
  const understood = before === undefined ? navigator.languages : [before, ...navigator.languages];
  const wanted =
    tracks.find((track) => track === lastShown) ??
    tracks.find((track) => track.language && speaks(understood, track.language)) ??
    tracks[0];
  showOnly(tracks.some((track) => track.mode === "showing") ? null : wanted);
}

/**
 * "Off", and the tracks.
 * @returns {Item[]}
 */
export function captionChoices() {
  const tracks = captionTracks();
  const off = { name: "Off", checked: !tracks.some(({ mode }) => mode === "showing"), act: () => showOnly(null) };
  const choices = tracks.map((track) => ({ name: track.label, checked: track.mode === "showing", act: () => showOnly(track) }));
  return [off, ...choices];
}

/**
 * media-chrome would choose by itself.
 * @param {Event} event
 */
function onToggle(event) {
  event.stopPropagation();
  toggleCaptions();
}

/**
 * Shows captions later by so many seconds (negative: earlier), and answers their delay in all.
 * @param {number} seconds
 */
export function delayCaptions(seconds) {
  delay = Math.round((delay + seconds) * 10) / 10;
  applyDelay();
  followDrawn();
  return delay;
}

/**
 * @param {string} label
 * @param {string} src
 * @param {Partial<Subtitle>} subtitle
 */
function addTrack(label, src, subtitle) {
  const { language = "" } = subtitle;
  const track = document.createElement("track");
  Object.assign(track, { className: "captions", kind: "subtitles", label, src, srclang: language });
  described.set(track.track, subtitle);
  track.addEventListener("load", applyDelay);
  track.track.addEventListener("cuechange", placeCues);
  video.append(track);
  return track;
}

/**
 * Loads the track once the server has it: while it is extracted from the film, it is answered by 503. Browsers do not ask
 * again.
 * @param {HTMLTrackElement} track
 * @param {AbortSignal} signal
 */
async function loadAgain(track, signal) {
  const status = await untilAnswered(track.src, () => {}, signal);
  if (status === 200) track.src += "#again"; // the same address would not be loaded
}

export function captionTracks() {
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
  const { language, label, hearing_impaired, forced } = (showing && described.get(showing)) ?? {};
  if (language) remember({ language, label, hearing_impaired, forced });
  else if (!showing) remember({ off: true });
}

/** @param {CaptionChoice} captions */
function remember(captions) {
  prefer(withTracks(preferences(), series, { captions }));
}

/** Moves the cues of all loaded tracks. A track that is off has no cues; they are moved once it is switched on. */
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

/** Firefox: moves captions above the controls while these are shown. */
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
