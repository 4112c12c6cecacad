// A film by segments in the <video>, on Media Source Extensions (https://www.w3.org/TR/media-source-2/): a buffer for the
// picture, and one for the sound that the viewer has chosen.

/** @import { Trouble } from "../../shared/reconnect.js" */
/** @import { FilmIndex, Track } from "./film-index.js" */
/** @import { Feed, Host } from "./feed.js" */
/** @import { SoundChoice } from "../../shared/preferences.js" */

import { element } from "../../shared/element.js";
import { suitableSound } from "../sound-choice.js";
import { heard, seen } from "./film-index.js";
import { SMALL_GAP_S, openBuffer } from "./source-buffer.js";
import { openFeed } from "./feed.js";
import "./seek-picture.js";

// Browsers count in microseconds, and drop what begins before 0: the first key frame, if it is rounded down.
const ROUNDING_S = 0.00001;
const GAP_MS = 500; // what is appended takes Firefox a moment to count as buffered
const MORE_S = 0.01; // into what comes after a gap

const undecoded = element("undecoded");

/** @typedef {MediaSource & { streaming?: boolean }} Source `streaming`: a ManagedMediaSource wants more */

/**
 * Hears of troubles while the film waits for its bytes, and of the error that ended the fetching.
 * @typedef {{ onTrouble: (trouble: Trouble) => void, onFailure: (error: unknown) => void }} Listener
 */

/**
 * `sounds` are those that this browser plays, `sound` the one that is heard.
 * @typedef {object} Segments
 * @property {Track[]} sounds
 * @property {Track | undefined} sound
 * @property {(sound: Track) => void} changeSound
 * @property {() => void} close
 */

/** This browser has no decoder for it. */
export class Unplayable extends Error {}

/**
 * Plays the film of the index from where the <video> is, with the sound that suits the choice. Throws Unplayable.
 * @param {HTMLVideoElement} video
 * @param {string} url
 * @param {FilmIndex} index
 * @param {SoundChoice | undefined} choice
 * @param {Listener} listener
 * @returns {Segments}
 */
export function openSegments(video, url, index, choice, listener) {
  const picture = seen(index.tracks, plays);
  if (picture === undefined) throw new Unplayable(index.tracks[0]?.type);
  const sounds = heard(index.tracks, plays);
  const closing = new AbortController();
  const { signal } = closing;
  const turns = new EventTarget();
  const source = newSource(video);
  /** @type {Feed | undefined} */
  let ofPicture;
  /** @type {Feed | undefined} */
  let ofSound;
  let gapTimer = 0;

  /** @type {Host} */
  const host = {
    position: () => video.currentTime,
    turn: (ended) => once(turns, "turn", ended),
    mayFetch: (end) => source.streaming !== false && end <= (ofPicture?.reached() ?? end),
    progress: onProgress,
    tell: (trouble) => starves() && listener.onTrouble(trouble),
    fail: (error) => signal.aborted || listener.onFailure(error),
  };
  const wake = () => turns.dispatchEvent(new Event("turn"));
  const segments = { sounds, sound: suitableSound(sounds, choice), changeSound, close };

  source.addEventListener("sourceopen", () => begin(picture, segments.sound), { once: true, signal });
  for (const event of ["startstreaming", "endstreaming"]) source.addEventListener(event, wake);
  video.addEventListener("seeking", onSeeking, { signal });
  video.addEventListener("timeupdate", wake, { signal });
  for (const event of ["loadeddata", "timeupdate", "seeked"]) video.addEventListener(event, tellBlack, { signal });
  video.addEventListener("waiting", watchForGap, { signal });
  return segments;

  /**
   * @param {Track} picture
   * @param {Track | undefined} sound
   */
  function begin(picture, sound) {
    URL.revokeObjectURL(video.src);
    source.duration = index.duration;
    try {
      ofPicture = feed(picture);
      ofSound = sound && feed(sound);
    } catch (error) {
      return listener.onFailure(error); // a browser may refuse what it said that it supports
    }
    ofPicture.seek(video.currentTime);
    ofSound?.seek(video.currentTime);
  }

  /** @param {Track} track */
  function feed(track) {
    return openFeed(url, index, track, openBuffer(source, track.type, ROUNDING_S - index.delay), host);
  }

  function onSeeking() {
    ofPicture?.seek(video.currentTime);
    ofSound?.seek(video.currentTime);
    wake();
  }

  function onProgress() {
    if (ofPicture?.ended() && (ofSound?.ended() ?? true) && source.readyState === "open") source.endOfStream();
    watchForGap();
    wake();
  }

  function tellBlack() {
    undecoded.hidden = !ofPicture?.isBlack(video.currentTime);
  }

  function starves() {
    return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  function watchForGap() {
    gapTimer ||= setTimeout(skipGap, GAP_MS);
  }

  /** Where a track has nothing for a while, as before a picture that begins late, browsers would wait for good. */
  function skipGap() {
    gapTimer = 0;
    const { buffered, currentTime, paused, readyState } = video;
    if (readyState === 0 || (readyState > 2 && !paused)) return; // Firefox says 3 before a first picture, and waits
    if (!ofPicture?.has(currentTime) || ofSound?.has(currentTime) === false) return;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= currentTime && currentTime < buffered.end(i)) return;
      if (buffered.start(i) > currentTime + SMALL_GAP_S) {
        video.currentTime = buffered.start(i) + MORE_S;
        return;
      }
    }
  }

  /** @param {Track} sound */
  function changeSound(sound) {
    segments.sound = sound;
    ofSound?.change(sound, video.currentTime);
  }

  function close() {
    closing.abort();
    clearTimeout(gapTimer);
    undecoded.hidden = true;
    ofPicture?.close();
    ofSound?.close();
  }
}

/** @param {Track} track */
function plays({ type }) {
  return mediaSource().isTypeSupported(type);
}

/** @param {HTMLVideoElement} video */
function newSource(video) {
  const Source = mediaSource();
  /** @type {Source} */
  const source = new Source();
  if (!("MediaSource" in window)) video.disableRemotePlayback = true; // ManagedMediaSource asks for it
  video.src = URL.createObjectURL(source);
  return source;
}

/** iPhones have only the managed one, which tells when it wants more. */
function mediaSource() {
  /** @type {{ MediaSource?: typeof MediaSource, ManagedMediaSource?: typeof MediaSource }} */
  const { MediaSource: plain, ManagedMediaSource: managed } = window;
  return /** @type {typeof MediaSource} */ (plain ?? managed);
}

/**
 * @param {EventTarget} target
 * @param {string} event
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function once(target, event, signal) {
  return new Promise((resolve) => {
    const done = () => {
      target.removeEventListener(event, done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    target.addEventListener(event, done);
    signal.addEventListener("abort", done);
  });
}
