// Subtitles: the film's tracks and those that the viewer brings, which of them shows, and when and where.

import { serverUrl } from "../shared/movies.js";
import { preferences, prefer } from "../shared/preferences.js";
import { untilAnswered } from "../shared/reconnect.js";

const ABOVE_CONTROLS = -4; // lines from the bottom
const LINES_BY_CUE = CSS.supports("-moz-appearance", "none"); // elsewhere the style sheet lifts captions

const LAST = "\uffff"; // of a language that is not known

const video = document.getElementById("video");
const screen = document.getElementById("screen");
const languageNames = new Intl.DisplayNames(navigator.languages, { type: "language" });

let delay = 0; // seconds; positive: later
const delays = new WeakMap(); // the delay that the cues of each text track have now
let chosen; // the subtitle that the film begins with; undefined: none
let lastShown = null; // a text track
let closing = new AbortController(); // of the film's tracks
let settled = false; // it shows: changes from now on are the viewer's

video.textTracks.addEventListener("change", noteChoice);
video.textTracks.addEventListener("change", applyDelay);
if (LINES_BY_CUE) {
  new MutationObserver(placeCues).observe(screen, { attributeFilter: ["userinactive", "mediapaused"] });
}

/** Gives the <video> the film's tracks, and shows the one that suits the viewer. */
export function openCaptions(movie) {
  closeCaptions();
  const listed = inOrder(movie.subtitles ?? []);
  chosen = suitable(listed, movie.audio ?? []);
  settled = chosen === undefined;
  const names = captionNames(listed);
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
  for (const track of video.querySelectorAll("track.captions")) {
    if (track.src.startsWith("blob:")) URL.revokeObjectURL(track.src);
    track.remove();
  }
}

/** Shows WebVTT that the viewer brought, under its name. */
export function addCaptions(name, webVtt) {
  const url = URL.createObjectURL(new Blob([webVtt], { type: "text/vtt" }));
  showOnly(addTrack(name, url, {}).track);
}

/** Off; or on: what showed last, else what the viewer understands, else the first. */
export function toggleCaptions() {
  const tracks = captionTracks();
  const understood = [preferences().captions?.language, ...navigator.languages].filter(Boolean);
  const wanted =
    tracks.find((track) => track === lastShown) ??
    tracks.find((track) => track.language && speaks(understood, track.language)) ??
    tracks[0];
  showOnly(tracks.some((track) => track.mode === "showing") ? null : wanted);
}

/** Moves the captions by so many seconds, and answers by how many they are moved now. */
export function delayCaptions(seconds) {
  delay = Math.round((delay + seconds) * 10) / 10;
  applyDelay();
  return delay;
}

/**
 * The subtitle to show at first: the viewer's last choice; else, of a film that speaks none of the viewer's languages,
 * one in the viewer's; else a forced one (it has only what the film's own audience needs). Undefined: none.
 */
export function suitable(subtitles, audio, languages = navigator.languages, choice = preferences().captions) {
  const full = subtitles.filter((subtitle) => !subtitle.forced);
  const wanted = choice?.language !== undefined && full.find(({ language }) => speaks([choice.language], language));
  if (wanted) return wanted;
  const spoken = (audio.find((track) => track.default) ?? audio[0])?.language;
  const foreign = spoken !== undefined && !speaks(languages, spoken);
  if (foreign && choice?.off !== true) {
    for (const language of languages) {
      const understood = full.find((subtitle) => speaks([language], subtitle.language));
      if (understood) return understood;
    }
  }
  const audience = spoken === undefined ? languages : [spoken, ...languages];
  return subtitles.find(({ forced, language }) => forced && (language === undefined || speaks(audience, language)));
}

function speaks(languages, language) {
  const base = (tag) => tag?.split("-")[0];
  return languages.some((known) => base(known) === base(language));
}

/** As in the menu: the viewer's languages first, then the others by name; of each language the plain ones first. */
export function inOrder(subtitles, languages = navigator.languages) {
  const rank = ({ language }) => {
    const place = languages.findIndex((known) => speaks([known], language));
    return place < 0 ? languages.length : place;
  };
  const name = ({ language }) => (language ? languageNames.of(language) : LAST);
  const kind = ({ label, forced, hearing_impaired }) => (label ? 1 : 0) + (hearing_impaired ? 2 : 0) + (forced ? 4 : 0);
  return subtitles.toSorted((a, b) => rank(a) - rank(b) || name(a).localeCompare(name(b)) || kind(a) - kind(b));
}

/** "English – Songs (forced)": what the menu shows. Two of the same name get numbers, since the menu tells them by it. */
export function captionNames(subtitles) {
  const names = subtitles.map(nameOf);
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before ? `${name} ${before + 1}` : name;
  });
}

function nameOf({ language, label, forced, hearing_impaired }) {
  const spoken = language && languageNames.of(language);
  const told = label && spoken && label.toLowerCase().includes(spoken.toLowerCase());
  const name = told ? label : [spoken, label].filter(Boolean).join(" – ") || "Subtitles";
  const notes = [forced && "forced", hearing_impaired && "for the hard of hearing"].filter(Boolean);
  return notes.length ? `${name} (${notes.join(", ")})` : name;
}

function addTrack(label, src, { language = "" }) {
  const track = document.createElement("track");
  Object.assign(track, { className: "captions", kind: "subtitles", label, src, srclang: language });
  track.addEventListener("load", applyDelay);
  track.track.addEventListener("cuechange", placeCues);
  video.append(track);
  return track;
}

/** What takes long to be taken out of a film is answered by 503 for now. Browsers do not ask for a track again. */
async function loadAgain(track, signal) {
  const status = await untilAnswered(track.src, () => {}, signal);
  if (status === 200) track.src += "#again"; // the same address would not be loaded
}

function captionTracks() {
  return [...video.querySelectorAll("track.captions")].map(({ track }) => track);
}

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
  for (const { track, readyState } of video.querySelectorAll("track.captions")) {
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
      if (cue.line === "auto" || cue.line === ABOVE_CONTROLS) cue.line = lifted ? ABOVE_CONTROLS : "auto";
    }
  }
}
