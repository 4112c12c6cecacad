// What of a film this browser will not play, in words, before it plays: the codecs that the server found, held against
// what the browser says of itself. Browsers raise no error for a track that they leave out, so nobody else tells.

import { sizeInWords } from "./movies.js";
import { stateInWords } from "./words.js";

const IS_FIREFOX = CSS.supports("-moz-appearance", "none");
const WHOLE_FILE_BYTES = 50_000_000; // Matroska shorter than that is read in a moment
const BITS_A_PIXEL = 0.1; // of films as they are usually compressed
/** As what a browser is asked for a container's codecs: of Matroska and QuickTime most deny that they play them. */
const ASKED_AS = { mp4: ["mp4"], mov: ["mp4"], matroska: ["mp4", "webm"], webm: ["webm"], ogg: ["ogg"] };
const MP3 = new Set(["mp4a.6B", "mp4a.69"]);
const CONTAINER_NAMES = { avi: "AVI", mpegts: "MPEG-TS", asf: "Windows Media", flv: "Flash Video", mpeg: "MPEG-PS" };

const NEVER = { archived: 1, unavailable: 1, unreadable: 1 };
const MAYBE = /\.(?:mp4|m4v|webm|mkv|mov|ogv)$/i; // before the server has looked into a film

const video = document.getElementById("video");

/**
 * Warnings for the viewer, worst first, as {kind, words}: "nothing" of it plays, "picture" or "sound" is missing,
 * or it will be "slow", "stutter" or "jumps"; or by its "state" no player will play it. Empty where all is well, or where nothing is known of the film.
 */
export async function warningsFor(movie) {
  if (movie.state !== "known") return stateInWords(movie) ? [{ kind: "state", words: stateInWords(movie) }] : [];
  if (movie.container === undefined) return [];
  if (!(movie.container in ASKED_AS)) return [unplayable(movie.container)];
  const stutters = movie.video && (await isTooMuch(movie));
  return [
    movie.video && !decodesPicture(movie) && noPicture(movie.video),
    movie.audio?.length > 0 && !decodesSound(movie) && noSound(movie.audio[0]),
    IS_FIREFOX && movie.container === "matroska" && movie.bytes > WHOLE_FILE_BYTES && slow(movie),
    movie.video?.open_gop && !IS_FIREFOX && { kind: "jumps", words: "Jumping within this film may stop it in this browser." },
    stutters && { kind: "stutter", words: "This film may be too much for this device, and stutter." },
    movie.image_subtitles?.length > 0 && !movie.subtitles?.length && pictures(movie),
  ].filter(Boolean);
}

/** How much of a film this browser plays, as far as is known: 3 all of it, 2 slowly, 1 without sound, 0 no picture. */
export function playable(movie) {
  if (movie.container === undefined) return movie.state in NEVER ? 0 : MAYBE.test(movie.path) ? 3 : 0;
  if (!(movie.container in ASKED_AS) || (movie.video && !decodesPicture(movie))) return 0;
  if (movie.audio?.length > 0 && !decodesSound(movie)) return 1;
  return IS_FIREFOX && movie.container === "matroska" && movie.bytes > WHOLE_FILE_BYTES ? 2 : 3;
}

/** A film whose sound this browser does not decode although it plays the picture. Call it after two seconds of play. */
export function isSilent(movie) {
  const hasSound = movie.audio === undefined || movie.audio.length > 0;
  return hasSound && video.webkitAudioDecodedByteCount === 0 && video.webkitVideoDecodedByteCount > 0;
}

function decodesPicture({ container, video: { codec } }) {
  return codec === undefined || acceptedType("video", container, codec) !== null;
}

function decodesSound({ container, audio: [{ codec }] }) {
  return codec === undefined || acceptedType("audio", container, codec) !== null;
}

/** The first content type in which the browser says that it decodes the codec; null: in none. */
function acceptedType(kind, container, codec) {
  const names = namesOf(codec);
  const types = ASKED_AS[container].flatMap((type) => names.map((name) => `${kind}/${type}; codecs="${name}"`));
  return types.find((type) => video.canPlayType(type) !== "") ?? null;
}

/** What to ask for the codec by. Firefox knows MP3 by one name alone, and plays H.264 of ten bits, which it denies. */
function namesOf(codec) {
  if (MP3.has(codec)) return [codec, "mp3"];
  return IS_FIREFOX ? [codec.replace(/^avc1\.6e/i, "avc1.64")] : [codec];
}

async function isTooMuch({ container, video: { codec, width, height, frame_rate: framerate } }) {
  const contentType = codec === undefined ? null : acceptedType("video", container, codec);
  if (!navigator.mediaCapabilities || contentType === null || !(width && height && framerate)) return false;
  const bitrate = Math.round(width * height * framerate * BITS_A_PIXEL);
  const question = { type: "file", video: { contentType, width, height, framerate, bitrate } };
  const answer = await navigator.mediaCapabilities.decodingInfo(question).catch(() => null);
  return answer !== null && answer.supported && !answer.smooth;
}

function unplayable(container) {
  const name = CONTAINER_NAMES[container] ?? container;
  return { kind: "nothing", words: `${name} files do not play in browsers.` };
}

function noPicture({ name, codec }) {
  return { kind: "picture", words: `${name ?? codec} picture: black in this browser, which plays only the sound.` };
}

function noSound({ name, codec }) {
  return { kind: "sound", words: `${name ?? codec} sound: silent in this browser.` };
}

function slow({ bytes }) {
  return { kind: "slow", words: `Firefox reads an MKV file to its end (${sizeInWords(bytes)}) before it starts.` };
}

function pictures({ image_subtitles: languages }) {
  const names = new Intl.DisplayNames("en", { type: "language" });
  const list = [...new Set(languages)].filter((tag) => tag !== "und").map((tag) => names.of(tag));
  const which = list.length ? ` (${new Intl.ListFormat("en").format(list)})` : "";
  return { kind: "captions", words: `Its subtitles${which} are pictures, which browsers cannot show.` };
}
