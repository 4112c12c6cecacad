// The ways in which a film may be brought to this browser: its file as it is, or by segments, and which comes first.

/** @import { Audio, Movie, Video } from "./movies.js" */

import { decodes, isAskedAbout, isPlayedAsFile } from "./decodes.js";
import { remembered } from "./remembered.js";

/** @typedef {"file" | "segments"} Way */

/**
 * What a browser says of itself. `readsWhole`: it reads a Matroska file to its end before it starts; `supports`: whether
 * it takes a content type by segments; `decodes`: whether it plays a sound, and `shows`: a picture, in a file of a
 * container.
 * @typedef {object} Browser
 * @property {boolean} readsWhole
 * @property {(type: string) => boolean} supports
 * @property {(container: string, sound: Audio) => boolean} decodes
 * @property {(container: string, picture: Video) => boolean} shows
 */

const SMALL_INDEX_BYTES = 512_000; // takes half a second at 10 Mbit/s

/** @type {{ CSS?: typeof CSS, MediaSource?: typeof MediaSource, ManagedMediaSource?: typeof MediaSource }} */
const has = globalThis;
/** @type {Browser} */
const HERE = {
  readsWhole: has.CSS?.supports("-moz-appearance", "none") ?? false, // Firefox, https://bugzil.la/2000420
  supports: remembered((type) => (has.MediaSource ?? has.ManagedMediaSource)?.isTypeSupported(type) ?? false),
  decodes: (container, sound) => decodes("audio", container, sound),
  shows: (container, picture) => isAskedAbout(container) && decodes("video", container, picture),
};

/**
 * The ways for the film, the best first. The file costs the server least. Segments start sooner where the file's index is
 * large or the browser looks for none; their sound can be changed while the film plays; and they have sound and pictures
 * that this browser does not play in another codec, too.
 * @param {Movie} movie
 * @param {Browser} [browser]
 * @returns {Way[]}
 */
export function waysOf(movie, browser = HERE) {
  const { container = "", index_bytes: indexBytes = 0 } = movie;
  if (!goesBySegments(movie, browser)) return ["file"];
  const startsLate = indexBytes > SMALL_INDEX_BYTES || (container === "matroska" && browser.readsWhole);
  const lacks = !isPlayedAsFile(container) || isSilent(movie, browser) || seesConverted(movie, browser);
  return lacks || startsLate || hasChoice(movie, browser) ? ["segments", "file"] : ["file", "segments"];
}

/**
 * Whether this browser decodes the picture neither in the file nor in segments, but what the server converts it to.
 * @param {Movie} movie
 * @param {Browser} [browser]
 */
export function seesConverted({ container = "", segments, video }, browser = HERE) {
  if (segments === undefined || video?.converted === undefined || takes("video", video, browser)) return false;
  const isShown = isPlayedAsFile(container) && browser.shows(container, video);
  return !isShown && takes("video", { codec: video.converted }, browser);
}

/**
 * Whether the sound that is heard first by segments is converted for this browser.
 * @param {Movie} movie
 * @param {Browser} [browser]
 */
export function hearsConverted({ audio = [] }, browser = HERE) {
  const heard = audio.filter((sound) => isHeard(sound, browser));
  const first = heard.find((sound) => sound.default) ?? heard[0];
  return first !== undefined && !takes("audio", first, browser);
}

/**
 * Whether the server has segments that lose nothing here that the file has.
 * @param {Movie} movie
 * @param {Browser} browser
 */
function goesBySegments(movie, browser) {
  const { segments, video, audio = [] } = movie;
  if (segments === undefined || video === undefined) return false;
  if (!takes("video", video, browser) && !seesConverted(movie, browser)) return false;
  return audio.length === 0 || audio.some((sound) => isHeard(sound, browser));
}

/**
 * Whether the file would be silent, but segments would not.
 * @param {Movie} movie
 * @param {Browser} browser
 */
function isSilent({ container = "", audio: [sound] = [] }, browser) {
  return sound?.converted !== undefined && !browser.decodes(container, sound);
}

/**
 * Whether there are several sounds, and not only the first of them can be heard.
 * @param {Movie} movie
 * @param {Browser} browser
 */
function hasChoice({ audio = [] }, browser) {
  return audio.slice(1).some((sound) => isHeard(sound, browser));
}

/**
 * Whether segments have the sound in a codec that the browser plays.
 * @param {Audio} sound
 * @param {Browser} browser
 */
function isHeard(sound, browser) {
  const { converted } = sound;
  return takes("audio", sound, browser) || (converted !== undefined && takes("audio", { codec: converted }, browser));
}

/**
 * @param {"video" | "audio"} kind
 * @param {{ codec: string }} track
 * @param {Browser} browser
 */
function takes(kind, { codec }, browser) {
  return browser.supports(`${kind}/mp4; codecs="${codec}"`);
}
