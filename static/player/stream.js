// The stream of a film. This module alone opens films in the <video>, by source.js: at a time, and again at the same second
// when bytes stop coming. Other modules listen to the <video>, and play, pause and seek.

/** @import { Trouble } from "../shared/reconnect.js" */
/** @import { Way } from "../shared/ways.js" */
/** @import { Film, Source } from "./source.js" */
/** @import { Track } from "./segments/film-index.js" */

import { element } from "../shared/element.js";
import { watchGrowth } from "./growth.js";
import { startAt, startTime, targetTime } from "./length.js";
import { untilAnswered } from "../shared/reconnect.js";
import { Refused } from "./segments/film-index.js";
import { openSource, successor } from "./source.js";

const STALL_MS = 5_000; // without a byte or a picture, although it should play; on a slow network, bytes do come
const OWN_RECOVERY_MS = 4_000; // browsers ask again by themselves; they get so long after the server has answered,
const SLOWEST_RECOVERY_MS = 60_000; // and twice as long each time, up to this: slow devices need it for a picture
const SETTLED_S = 2; // of film after an error; a later error is a new one
const TORN_S = 8; // from the end of a film that is being written: errors there come from its unfinished last part

const video = element("video", HTMLVideoElement);
const lastPicture = element("last-picture", HTMLCanvasElement);

/**
 * Called when there is trouble (null: it is over; `begun`: the film has played), when the film cannot go on, at the end of
 * a film that does not grow, and with the sounds that there are to choose from.
 * @typedef {object} Listener
 * @property {(trouble: Trouble | "recording" | null, begun: boolean) => void} onTrouble
 * @property {(status: number, error: MediaError | null) => void} onFailure
 * @property {() => void} onEnd
 * @property {(sounds: Track[], heard: Track | undefined) => void} onSounds
 */

/**
 * `ways` are those that are left, the first is open. `version` is the entity tag of what is open ("": as in the list).
 * `seated`: the film is at its `time`. `asking`: the server is being asked, to open the film again.
 * `movement` counts signs of life. `patience`: ms for the browser's own recovery. `errorTime`: the film's time at an error
 * that nothing has explained yet.
 * @typedef {object} Stream
 * @property {Film} film
 * @property {Way[]} ways
 * @property {string} version
 * @property {Source | null} source
 * @property {number} time
 * @property {boolean} playing
 * @property {boolean} seated
 * @property {boolean} begun
 * @property {boolean} asking
 * @property {number} movement
 * @property {number} patience
 * @property {number | null} errorTime
 * @property {ReturnType<typeof watchGrowth> | null} growth
 * @property {Listener} listener
 * @property {AbortController} ending
 */

/** @type {Stream | null} */
let stream = null;
let stallTimer = 0;

video.addEventListener("loadedmetadata", onMetadata);
for (const event of ["loadeddata", "seeked"]) video.addEventListener(event, onPicture);
for (const event of ["timeupdate", "progress", "seeking"]) video.addEventListener(event, onMovement);
for (const event of ["loadstart", "waiting", "play"]) video.addEventListener(event, watchForStall);
for (const event of ["playing", "pause"]) video.addEventListener(event, () => clearTimeout(stallTimer));
for (const event of ["play", "pause"]) video.addEventListener(event, notePlaying);
video.addEventListener("error", onError);
video.addEventListener("ended", () => stream?.growth?.reachEnd());
window.addEventListener("online", onOnline);

/**
 * Plays the film from the time in seconds.
 * @param {Film} film
 * @param {number} time
 * @param {Listener} listener
 */
export function openStream(film, time, listener) {
  closeStream();
  const state = { playing: true, seated: false, begun: false, asking: false, movement: 0, errorTime: null, growth: null };
  const opened = { ways: film.ways, version: "", source: null, ending: new AbortController() };
  startAt(time);
  stream = { film, time, listener, patience: OWN_RECOVERY_MS, ...opened, ...state };
  load(stream);
}

/**
 * Closes the film and its connection. Browsers have only six connections to a host, and a paused film holds one: in Chromium
 * for 15 s, after which it asks again; in Firefox as long as it is paused.
 */
export function closeStream() {
  stream?.ending.abort();
  stream?.source?.close();
  stream = null;
  clearTimeout(stallTimer);
  lastPicture.hidden = true;
  video.pause();
  video.removeAttribute("src");
  video.load();
  startAt(0);
}

/** The viewer's place in the film, in seconds, also while the film is opened again. */
export function streamTime() {
  if (stream === null) return 0;
  return stream.seated ? (targetTime() ?? video.currentTime) : startTime();
}

/** Whether there is more of the film than what is open, or will be, since it is being written. */
export function streamGrows() {
  return Boolean(stream?.growth?.grows());
}

/**
 * Lets another sound be heard, of those that were told.
 * @param {Track} sound
 */
export function changeSound(sound) {
  stream?.source?.changeSound(sound);
}

/** @param {Stream} opened */
function load(opened) {
  const { film, ways, version, listener } = opened;
  opened.source?.close();
  if (opened.seated) startAt(opened.time);
  opened.seated = false;
  video.autoplay = opened.playing;
  opened.source = openSource(video, film, ways[0], version, {
    onTrouble: (trouble) => listener.onTrouble(trouble, opened.begun),
    onFailure: (error) => leaveSegments(opened, error),
    onSounds: listener.onSounds,
  });
}

/**
 * Goes on with the film that has taken the place of this one, or else in the next way.
 * @param {Stream} opened
 * @param {unknown} error
 */
async function leaveSegments(opened, error) {
  const { film, version, ending } = opened;
  if (error instanceof Refused && error.status === 503) return opened.listener.onFailure(503, null);
  const other = await successor(film, version, error, ending.signal);
  if (ending.signal.aborted) return;
  if (other === null) return takeNextWay(opened);
  opened.version = other.version;
  if (other.fresh && other.bytes > film.bytes) opened.ways = ["file"]; // a recording: another version every few seconds
  keepPicture();
  load(opened);
}

/** @param {Stream} opened */
function takeNextWay(opened) {
  const [, ...others] = opened.ways;
  if (others.length === 0) return opened.listener.onFailure(0, video.error);
  opened.ways = others;
  opened.errorTime = null;
  keepPicture();
  load(opened);
}

function onMetadata() {
  if (stream === null) return;
  stream.begun = true;
  stream.seated = true;
  stream.time = startTime();
  if (stream.time > 0) video.currentTime = stream.time;
  const { film, ending, listener } = stream;
  const opened = stream;
  stream.growth ??= watchGrowth(film.url, film.bytes, ending.signal, {
    goOn: (version) => openLonger(opened, version),
    wait: () => listener.onTrouble("recording", true),
    end: () => listener.onEnd(),
  });
}

/**
 * Opens the longer film at the same second. The address is another, since browsers take what they have of an address for
 * the whole film.
 * @param {Stream} opened
 * @param {string} version
 */
function openLonger(opened, version) {
  keepPicture();
  opened.version = version;
  opened.ways = ["file"];
  opened.errorTime = null;
  load(opened);
}

function onOnline() {
  if (stream && !stream.source?.recovers && !video.paused && video.readyState < 3) recover(stream);
}

function onError() {
  if (stream === null) return;
  const { growth, time } = stream;
  const torn = video.error?.code === MediaError.MEDIA_ERR_DECODE && !(video.duration - time > TORN_S);
  if (!torn || !growth?.mayGrow()) return recover(stream, video.error);
  keepPicture();
  growth.reachEnd();
}

function onPicture() {
  if (stream === null || video.seeking || video.readyState < 2) return;
  lastPicture.hidden = true;
  stream.patience = OWN_RECOVERY_MS;
  watchForStall(); // a film that the browser does not let play waits for the viewer, not for bytes
  stream.listener.onTrouble(null, true);
}

/**
 * Browsers pause at errors, too: that is not the viewer's wish. To play is, also while the film is opened again.
 * @param {Event} event
 */
function notePlaying({ type }) {
  if (stream === null || video.ended) return;
  if (type === "play") stream.playing = true;
  else if (!video.error) stream.playing = false;
}

function onMovement() {
  if (stream === null) return;
  stream.movement += 1;
  watchForStall();
  if (!stream.seated) return;
  stream.time = streamTime();
  if (stream.errorTime !== null && stream.time > stream.errorTime + SETTLED_S) stream.errorTime = null;
}

function watchForStall() {
  clearTimeout(stallTimer);
  const waits = stream !== null && !video.ended && (!stream.seated || video.seeking || !video.paused);
  if (waits) stallTimer = setTimeout(onStall, STALL_MS);
}

/**
 * Nothing has come for a while. That is no error yet: browsers ask again for half a minute before they raise one. If the
 * server answers and the browser still does not go on, the film is opened again. So is a film whose link to a store has
 * expired (`--delivery redirect`): its own address leads to a new link, while Chromium keeps asking the expired one.
 */
async function onStall() {
  const stalled = stream;
  if (stalled === null) return;
  const { movement } = stalled;
  const goesOn = () => stream !== stalled || stalled.asking || stalled.movement !== movement;
  let troubled = false;
  /** @param {Trouble} trouble */
  const tell = (trouble) => {
    if (!goesOn()) stalled.listener.onTrouble(trouble, stalled.begun);
    troubled = true;
  };
  const status = await untilAnswered(stalled.film.url, tell, stalled.ending.signal);
  if (status === null || goesOn()) return;
  if (!stalled.begun && !troubled) return;
  stallTimer = setTimeout(() => goesOn() || recover(stalled), stalled.patience);
  stalled.patience = Math.min(2 * stalled.patience, SLOWEST_RECOVERY_MS);
}

/**
 * Opens the film again once the server answers. A MediaError does not say what HTTP did, so the server is asked. The error
 * is shown if the server refuses the film, or if it answers and the same error comes a second time.
 * @param {Stream} lost
 * @param {MediaError | null} error
 */
async function recover(lost, error = null) {
  if (lost.asking) return;
  const unsupported = error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && lost.ways.length > 1;
  const repeated = lost.errorTime !== null || unsupported;
  lost.asking = true;
  lost.errorTime = error && lost.time;
  keepPicture();
  /** @param {Trouble} trouble */
  const tell = (trouble) => {
    lost.errorTime = null; // the server was away: that explains the error
    lost.listener.onTrouble(trouble, lost.begun);
  };
  const status = await untilAnswered(lost.film.url, tell, lost.ending.signal);
  const url = status === 401 ? await lost.film.renewedUrl() : null;
  lost.asking = false;
  if (status === null || lost.ending.signal.aborted) return;
  if (url !== null && url !== lost.film.url) return goOnAt(lost, url);
  const final = error !== null && repeated && lost.errorTime !== null && error.code !== MediaError.MEDIA_ERR_NETWORK;
  if (status >= 400 || (final && lost.ways.length === 1)) lost.listener.onFailure(status, error);
  else if (final) takeNextWay(lost);
  else load(lost);
}

/**
 * @param {Stream} lost
 * @param {string} url
 */
function goOnAt(lost, url) {
  lost.film = { ...lost.film, url };
  lost.errorTime = null; // the lock explains the error
  load(lost);
}

/** Draws the last picture on the canvas over the <video>, which is black while the film is opened again. */
function keepPicture() {
  if (video.readyState < 2 || video.videoWidth === 0) return;
  lastPicture.width = video.videoWidth;
  lastPicture.height = video.videoHeight;
  lastPicture.getContext("2d")?.drawImage(video, 0, 0);
  lastPicture.hidden = false;
}
