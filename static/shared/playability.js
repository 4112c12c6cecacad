// What this browser will not play of a film, known before it plays: the codecs that the server found are compared with
// those that the browser says it decodes. Browsers leave out other tracks without an error.

/** @import { Audio, Movie, Video } from "./movies.js" */

import { acceptedType, decodes, isAskedAbout, isFirefox, isPlayedAsFile, player } from "./decodes.js";
import { sizeInWords } from "./movies.js";
import { seesConverted, waysOf } from "./ways.js";
import { stateInWords } from "./words.js";

const WHOLE_FILE_BYTES = 50_000_000; // shorter Matroska files are read in a moment
const BITS_A_PIXEL = 0.1; // as films are usually compressed
/** @type {Record<string, string>} */
const CONTAINER_NAMES = { avi: "AVI", mpegts: "MPEG-TS", asf: "Windows Media", flv: "Flash Video", mpeg: "MPEG-PS" };

const NEVER = new Set(["archived", "unavailable", "unreadable"]);
const MAYBE = /\.(?:mp4|m4v|webm|mkv|mov|ogv)$/i; // before the server has looked into a film

/**
 * What is wrong with a film here. "nothing": it does not play. "picture", "sound": these are missing. "slow": it
 * takes long to start. "stutter": it may be too much for the device. "jumps": seeking may stop it. "state": no player can
 * play it now.
 * @typedef {object} Warning
 * @property {"nothing" | "picture" | "sound" | "slow" | "stutter" | "jumps" | "state"} kind
 * @property {string} words
 */

/**
 * Warnings for the viewer, worst first. Empty if nothing is wrong, or nothing is known of the film.
 * @param {Movie} movie
 * @returns {Promise<Warning[]>}
 */
export async function warningsFor(movie) {
  if (movie.state !== "known") return stateInWords(movie) ? [{ kind: "state", words: stateInWords(movie) }] : [];
  const { container, video, audio } = movie;
  if (container === undefined) return [];
  if (!isKnown(movie) || isLost(movie)) return [unplayable(container)];
  const sound = audio?.[0];
  const stutters = video && !seesConverted(movie) && (await isTooMuch(container, video));
  /** @type {(Warning | false | undefined)[]} */
  const warnings = [
    video && lacksPicture(movie) && noPicture(video),
    sound && isFile(movie) && !decodes("audio", container, sound) && noSound(sound),
    isReadWhole(movie) && slow(movie),
    video?.open_gop && !isFirefox() && { kind: "jumps", words: "Jumping within this film may stop it in this browser." },
    stutters && { kind: "stutter", words: "This film may be too much for this device, and stutter." },
  ];
  return warnings.filter((warning) => typeof warning === "object");
}

/**
 * How much of a film this browser plays, as far as is known: 3 all of it, 2 slowly, 1 without sound, 0 no picture.
 * @param {Movie} movie
 */
export function playable(movie) {
  const { container, audio, state, path } = movie;
  if (container === undefined) return !NEVER.has(state) && MAYBE.test(path) ? 3 : 0;
  if (!isKnown(movie) || isLost(movie) || lacksPicture(movie)) return 0;
  if (audio?.[0] && isFile(movie) && !decodes("audio", container, audio[0])) return 1;
  return isReadWhole(movie) ? 2 : 3;
}

/**
 * Whether the browser says that it does not decode the film's picture, and the server does not convert it. False where
 * nothing is known of it.
 * @param {Movie} movie
 */
export function lacksPicture(movie) {
  const { container, video } = movie;
  if (container === undefined || video === undefined || !isAskedAbout(container)) return false;
  return !decodes("video", container, video) && !seesConverted(movie);
}

/**
 * Whether the browser plays the picture but decodes no sound, although the film has some. Call it after two seconds of
 * play. False in Firefox, which does not tell.
 * @param {Movie} movie
 */
export function isSilent(movie) {
  /** @type {HTMLVideoElement & { webkitAudioDecodedByteCount?: number, webkitVideoDecodedByteCount?: number }} */
  const { webkitAudioDecodedByteCount: sound, webkitVideoDecodedByteCount: picture = 0 } = player();
  return mayHaveSound(movie) && sound === 0 && picture > 0;
}

/**
 * Whether the film has sound, as far as will ever be known.
 * @param {Movie} movie
 */
function mayHaveSound({ state, audio = [] }) {
  return audio.length > 0 || (state !== "known" && state !== "pending");
}

/**
 * Whether this browser reads the film to its end before it starts: only for sound that it decodes.
 * @param {Movie} movie
 */
function isReadWhole(movie) {
  const { container, bytes, audio } = movie;
  if (container !== "matroska" || !(bytes > WHOLE_FILE_BYTES) || !isFirefox()) return false;
  return isFile(movie) && !(audio?.[0] && !decodes("audio", container, audio[0]));
}

/**
 * Whether the browser can be asked about the container, or need not be.
 * @param {Movie} movie
 */
function isKnown(movie) {
  return isAskedAbout(movie.container ?? "") || seesConverted(movie);
}

/**
 * Whether the browser plays neither the file nor segments of it.
 * @param {Movie} movie
 */
function isLost(movie) {
  return movie.container !== undefined && !isPlayedAsFile(movie.container) && isFile(movie);
}

/**
 * Whether the film plays as it is, which leaves out more than segments would.
 * @param {Movie} movie
 */
function isFile(movie) {
  return waysOf(movie)[0] === "file";
}

/**
 * @param {string} container
 * @param {Video} video
 */
async function isTooMuch(container, { codec, width, height, frame_rate: framerate }) {
  const contentType = acceptedType("video", container, codec);
  if (!navigator.mediaCapabilities || contentType === null || !(width && height && framerate)) return false;
  const bitrate = Math.round(width * height * framerate * BITS_A_PIXEL);
  /** @type {MediaDecodingConfiguration} */
  const question = { type: "file", video: { contentType, width, height, framerate, bitrate } };
  const answer = await navigator.mediaCapabilities.decodingInfo(question).catch(() => null);
  return answer !== null && answer.supported && !answer.smooth;
}

/**
 * @param {string} container
 * @returns {Warning}
 */
function unplayable(container) {
  const name = CONTAINER_NAMES[container] ?? container;
  return { kind: "nothing", words: `${name} files do not play in browsers.` };
}

/**
 * @param {Video} video
 * @returns {Warning}
 */
function noPicture({ name }) {
  return { kind: "picture", words: `${name} picture: black in this browser, which plays only the sound.` };
}

/**
 * @param {Audio} audio
 * @returns {Warning}
 */
function noSound({ name }) {
  return { kind: "sound", words: `${name} sound: silent in this browser.` };
}

/**
 * @param {Movie} movie
 * @returns {Warning}
 */
function slow({ bytes }) {
  return { kind: "slow", words: `Firefox reads an MKV file to its end (${sizeInWords(bytes)}) before it starts.` };
}
