// The film's bytes in the <video>: opened at a time, and opened again at the same second when they stop coming.

/** @import { Trouble } from "../shared/reconnect.js" */

import { element } from "../shared/element.js";
import { watchGrowth } from "./growth.js";
import { targetTime } from "./length.js";
import { askNow, untilAnswered } from "../shared/reconnect.js";

const STALL_MS = 5_000; // so long without a new picture, although it should play, is no slow network
const OWN_RECOVERY_MS = 4_000; // browsers ask again by themselves; they get that long once the server is back,
const SLOWEST_RECOVERY_MS = 60_000; // and twice as long each time, up to this: a slow device may need it for a picture
const SETTLED_S = 2; // of film after a recovery: an error later than that is a new one
const TORN_S = 8; // at the end of a film that is being written, of which the last part is not all there

const video = element("video", HTMLVideoElement);
const lastPicture = element("last-picture", HTMLCanvasElement);

/**
 * Hears of troubles as they come (null: it goes on); when there is no going on; of the end of a film that does not grow.
 * @typedef {object} Listener
 * @property {(trouble: Trouble | "recording" | null, begun: boolean) => void} onTrouble
 * @property {(status: number, error: MediaError | null) => void} onFailure
 * @property {() => void} onEnd
 */

/**
 * `source` is the address that is open; `seated`: the film is at its time; `movement` counts signs of life.
 * @typedef {object} Stream
 * @property {string} url
 * @property {number} bytes
 * @property {string} source
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
video.addEventListener("error", onError);
video.addEventListener("ended", () => stream?.growth?.reachEnd());
window.addEventListener("online", () => stream && !video.paused && video.readyState < 3 && recover(stream));

/**
 * Plays what is at the address, `bytes` long or longer, from the time (in seconds).
 * @param {string} url
 * @param {number} bytes
 * @param {number} time
 * @param {Listener} listener
 */
export function openStream(url, bytes, time, listener) {
  closeStream();
  const state = { playing: true, seated: false, begun: false, asking: false, movement: 0, errorTime: null, growth: null };
  const ending = new AbortController();
  stream = { url, bytes, source: url, time, listener, ending, patience: OWN_RECOVERY_MS, ...state };
  load(stream);
}

/** Lets go of the film and of its connection: a browser has only six to a host, and a paused film holds one. */
export function closeStream() {
  stream?.ending.abort();
  stream = null;
  clearTimeout(stallTimer);
  lastPicture.hidden = true;
  video.pause();
  video.removeAttribute("src");
  video.load();
}

/** Tries to go on without waiting for the next turn. */
export { askNow as retryStream };

/** Where the film is, or is to be, in seconds, also while it is being opened again. */
export function streamTime() {
  return stream?.seated ? (targetTime() ?? video.currentTime) : (stream?.time ?? 0);
}

/** Whether the film is being written, and longer than what is open, or about to be. */
export function streamGrows() {
  return Boolean(stream?.growth?.grows());
}

/** @param {Stream} opened */
function load(opened) {
  opened.seated = false;
  video.autoplay = opened.playing;
  video.src = opened.source; // no <source type>: browsers refuse by type what they could play
}

function onMetadata() {
  if (stream === null) return;
  stream.begun = true;
  stream.seated = true;
  if (stream.time > 0) video.currentTime = stream.time;
  const { url, bytes, ending, listener } = stream;
  const opened = stream;
  stream.growth ??= watchGrowth(url, bytes, ending.signal, {
    goOn: (version) => openLonger(opened, version),
    wait: () => listener.onTrouble("recording", true),
    end: () => listener.onEnd(),
  });
}

/**
 * At the same second. By another address, as browsers take what they have of an address for all of it.
 * @param {Stream} opened
 * @param {string} version
 */
function openLonger(opened, version) {
  keepPicture();
  opened.playing = !video.paused || video.ended || video.error !== null;
  opened.source = `${opened.url}?v=${encodeURIComponent(version.replaceAll('"', ""))}`;
  opened.errorTime = null;
  load(opened);
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
  stream.listener.onTrouble(null, true);
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

/** No error yet: the browser may be trying by itself. Only if the film still waits although the server answers, we do. */
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
  const status = await untilAnswered(stalled.url, tell, stalled.ending.signal);
  if (status === null || goesOn()) return;
  if (!stalled.begun && !troubled) return;
  stallTimer = setTimeout(() => goesOn() || recover(stalled), stalled.patience);
  stalled.patience = Math.min(2 * stalled.patience, SLOWEST_RECOVERY_MS);
}

/**
 * @param {Stream} lost
 * @param {MediaError | null} error
 */
async function recover(lost, error = null) {
  if (lost.asking) return;
  const repeated = lost.errorTime !== null;
  lost.asking = true;
  lost.errorTime = error && lost.time;
  keepPicture();
  /** @param {Trouble} trouble */
  const tell = (trouble) => {
    lost.errorTime = null; // the server was away: that explains the error
    lost.listener.onTrouble(trouble, lost.begun);
  };
  const status = await untilAnswered(lost.url, tell, lost.ending.signal);
  lost.asking = false;
  if (status === null) return;
  const final = error !== null && repeated && lost.errorTime !== null && error.code !== MediaError.MEDIA_ERR_NETWORK;
  lost.playing = lost.seated ? !video.paused : lost.playing || !video.paused; // now: meanwhile it may have been played
  if (status >= 400 || final) lost.listener.onFailure(status, error);
  else load(lost);
}

/** While the film is opened again the <video> is black; the canvas over it shows where it was. */
function keepPicture() {
  if (video.readyState < 2 || video.videoWidth === 0) return;
  lastPicture.width = video.videoWidth;
  lastPicture.height = video.videoHeight;
  lastPicture.getContext("2d")?.drawImage(video, 0, 0);
  lastPicture.hidden = false;
}
