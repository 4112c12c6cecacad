// Which codecs this browser says that it decodes, in files as they are.

/** @import { Audio, Video } from "./movies.js" */

import { element } from "./element.js";
import { remembered } from "./remembered.js";

/**
 * The containers that a browser is asked about. Most browsers play Matroska and QuickTime but deny it, so they are asked
 * about the same codecs in MP4 or WebM.
 * @type {Record<string, string[]>}
 */
const ASKED_AS = { mp4: ["mp4"], mov: ["mp4"], matroska: ["mp4", "webm"], webm: ["webm"], ogg: ["ogg"], asf: ["mp4"], avi: ["mp4"], flv: ["mp4"], mpeg: ["mp4"], mpegts: ["mp4"] };
const NEVER_AS_FILES = new Set(["asf", "avi", "flv", "mpeg", "mpegts"]);
const MP3 = new Set(["mp4a.6B", "mp4a.69"]);
const PCM = /^pcm_(?:u8|s16|s24|s32|f32|alaw|mulaw)/;
const plays = remembered((type) => player().canPlayType(type) !== "");

/**
 * Whether browsers play files of the container. Of others they play segments, where the server has any.
 * @param {string} container
 */
export function isPlayedAsFile(container) {
  return !NEVER_AS_FILES.has(container);
}

/** @param {string} container */
export function isAskedAbout(container) {
  return container in ASKED_AS;
}

export function isFirefox() {
  return CSS.supports("-moz-appearance", "none");
}

/** The <video>, which answers for the browser. */
export function player() {
  return element("video", HTMLVideoElement);
}

/**
 * @param {"video" | "audio"} kind
 * @param {string} container
 * @param {Video | Audio} track
 */
export function decodes(kind, container, { codec }) {
  if (PCM.test(codec)) return !isFirefox(); // no type says it, but others play it in Matroska and QuickTime
  return acceptedType(kind, container, codec) !== null;
}

/**
 * The first content type in which the browser says that it decodes the codec; null: in none.
 * @param {"video" | "audio"} kind
 * @param {string} container
 * @param {string} codec
 */
export function acceptedType(kind, container, codec) {
  const names = namesOf(codec);
  const types = ASKED_AS[container].flatMap((type) => names.map((name) => `${kind}/${type}; codecs="${name}"`));
  return types.find(plays) ?? null;
}

/**
 * The names by which to ask about the codec. Firefox knows MP3 only as "mp3". It plays H.264 of ten bits but denies it, so
 * it is asked about eight bits.
 * @param {string} codec
 */
function namesOf(codec) {
  if (MP3.has(codec)) return [codec, "mp3"];
  return isFirefox() ? [codec.replace(/^avc1\.6e/i, "avc1.64")] : [codec];
}
