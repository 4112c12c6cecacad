// The film's bytes for the <video>, in one of two ways: its file, which the browser reads by itself, or its segments.

/** @import { Audio } from "../shared/movies.js" */
/** @import { Trouble } from "../shared/reconnect.js" */
/** @import { Way } from "../shared/ways.js" */
/** @import { Segments } from "./segments/segments.js" */
/** @import { Track } from "./segments/film-index.js" */

import { filmNow } from "./growth.js";
import { preferences } from "../shared/preferences.js";
import { Refused, described, loadIndex } from "./segments/film-index.js";
import "./segments/seek-picture.js";
import { openSegments } from "./segments/segments.js";
import { tracksFor } from "../shared/track-memory.js";

/**
 * Where a film is: its file, `bytes` long or longer, the index of its segments ("" where there are none), and the ways in
 * which it is to be tried, one after another, and its sounds as the list has them. The sound is chosen as before in its series.
 * `renewedUrl` answers another address of the file once this one is locked, if there is one.
 * @typedef {{ url: string, bytes: number, indexUrl: string, ways: Way[], audio: Audio[], series?: string, renewedUrl: () => Promise<string | null> }} Film
 */

/**
 * Called with trouble while the film waits for segments, with what ends the fetching of segments, and with the sounds that
 * there are to choose from.
 * @typedef {object} Listener
 * @property {(trouble: Trouble) => void} onTrouble
 * @property {(error: unknown) => void} onFailure
 * @property {(sounds: Track[], heard: Track | undefined) => void} onSounds
 */

/** @typedef {ReturnType<typeof openSource>} Source */

/**
 * Opens a version of the film (its entity tag; "": the version of the list) in the way. Segments begin where the film is
 * to begin (length.js); a file does at 0.
 * @param {HTMLVideoElement} video
 * @param {Film} film
 * @param {Way} way
 * @param {string} version
 * @param {Listener} listener
 */
export function openSource(video, film, way, version, listener) {
  const closing = new AbortController();
  const { signal } = closing;
  /** @type {Segments | null} */
  let segments = null;
  if (way === "segments") fetchSegments();
  else openFile();
  return {
    recovers: way === "segments", // by itself, when the network is back
    close: () => closing.abort(),
    /** @param {Track} sound */
    changeSound: (sound) => segments?.changeSound(sound),
  };

  function openFile() {
    listener.onSounds([], undefined);
    video.src = ofVersion(film.url, version); // no <source type>: browsers refuse by type what they could play
  }

  async function fetchSegments() {
    const url = indexUrl(film, version);
    const { onTrouble, onSounds } = listener;
    const { sound } = tracksFor(preferences(), film.series);
    try {
      const index = await loadIndex(url, onTrouble, signal);
      if (index === null || signal.aborted) return;
      const tracks = described(index.tracks, film.audio);
      segments = openSegments(video, url, { ...index, tracks }, sound, { onTrouble, onFailure });
      signal.addEventListener("abort", segments.close);
      onSounds(segments.sounds, segments.sound);
    } catch (error) {
      onFailure(error);
    }
  }

  /** @param {unknown} error */
  function onFailure(error) {
    if (signal.aborted || video.error) return; // an error of the <video> shows itself
    closing.abort(); // each track may fail
    listener.onFailure(error);
  }
}

/**
 * What has taken the place of this version of the film, if that is why its segments failed; else null.
 * @param {Film} film
 * @param {string} version
 * @param {unknown} error
 * @param {AbortSignal} signal
 */
export async function successor(film, version, error, signal) {
  if (!(error instanceof Refused) || error.status !== 404) return null;
  const now = await filmNow(film.url, signal);
  const isOther = now !== null && indexUrl(film, now.version) !== indexUrl(film, version);
  return isOther ? now : null;
}

/**
 * The address of the index of a version of the film. Behind the film's own, its version has that of the packaging (".1").
 * @param {Film} film
 * @param {string} version
 */
function indexUrl({ indexUrl: listed }, version) {
  const [packaging] = /\.\d+$/.exec(listed) ?? [""];
  return version === "" ? listed : ofVersion(listed, version + packaging);
}

/**
 * The address of a version of what is at the address.
 * @param {string} url
 * @param {string} version
 */
function ofVersion(url, version) {
  if (version === "") return url;
  const versioned = new URL(url);
  versioned.search = `?v=${encodeURIComponent(version.replaceAll('"', ""))}`;
  return versioned.href;
}
