// What is known of a film, in words; also why it does not play, as the server found it. What the player says when it fails
// is in ../player/failure.js.

/** @import { Movie } from "./movies.js" */

const MINUTE_S = 60;

/**
 * 8160 as "2 h 16 min", 40 as "40 s".
 * @param {number} duration
 */
export function durationInWords(duration) {
  if (duration < MINUTE_S) return `${Math.max(1, Math.round(duration))} s`;
  const minutes = Math.round(duration / MINUTE_S);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(" ");
}

/**
 * "4K", "HD", or "" for less. The longer side counts, since films are often cropped in height, and phones film upright.
 * @param {{ width?: number, height?: number }} picture
 */
export function sharpness({ width = 0, height = 0 } = {}) {
  const longer = Math.max(width, height);
  if (longer >= 3200) return "4K";
  return longer >= 1280 ? "HD" : "";
}

/**
 * The resolution by its usual name, such as "1080p" or "4K"; "" if unknown. These names go by the width of a picture that
 * is not cropped.
 * @param {{ width?: number, height?: number }} picture
 */
export function resolution({ width = 0, height = 0 } = {}) {
  const longer = Math.max(width, height);
  if (longer >= 3200) return "4K";
  if (longer >= 2200) return "1440p";
  if (longer >= 1600) return "1080p";
  if (longer >= 1100) return "720p";
  return height ? `${Math.min(width, height)}p` : "";
}

/**
 * "S1 E2"; "E2" without seasons; "S0" for a special without a number; the date for a daily show.
 * @param {Pick<Movie, "season" | "episode" | "aired">} movie
 */
export function episodeInWords({ season, episode, aired }) {
  if (aired !== undefined) return aired;
  return [season !== undefined && `S${season}`, episode !== undefined && `E${episode}`].filter(Boolean).join(" ");
}

/**
 * "S1 E2 · The Title"; the date alone for an episode of a daily show without a title.
 * @param {Pick<Movie, "season" | "episode" | "aired" | "title">} movie
 */
export function episodeAndTitle(movie) {
  return [...new Set([episodeInWords(movie), movie.title])].join(" · ");
}

/**
 * The title of a film with its edition and part: "Alien – Director's Cut – Part 2".
 * @param {Pick<Movie, "title" | "edition" | "part">} movie
 */
export function titleInWords({ title, edition, part }) {
  return [title, edition, part !== undefined && `Part ${part}`].filter(Boolean).join(" – ");
}

/** @type {Record<string, string>} */
const STATES = { archived: "in the archive", unavailable: "not available now", unreadable: "cannot be read" };

/**
 * Why a film does not play, in two or three words; "" if it may.
 * @param {Movie} movie
 */
export function stateInShort({ state }) {
  return STATES[state] ?? "";
}

/**
 * Why a film does not play, or why nothing is known of it, in sentences; "" if neither.
 * @param {Movie} movie
 */
export function stateInWords({ state, next_try: nextTry }) {
  if (state === "archived") return "In the archive: its owner has to restore it first.";
  if (state === "unreadable") return "Damaged, or not a film.";
  const again = nextTry ? `Next try at ${timeOfDay(nextTry)}.` : "Trying again.";
  if (state === "unavailable") return `Cannot be read now. ${again}`;
  return state === "unexamined" && nextTry ? `Could not be looked into. ${again}` : "";
}

/**
 * "2026-11-27T14:05:00Z" as "14:05", where the viewer is.
 * @param {string} time
 */
function timeOfDay(time) {
  return new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(time));
}

/**
 * What a sound is besides the film's own, in words. Empty: it is for all.
 * @param {{ commentary?: boolean, described?: boolean, hearing_impaired?: boolean }} sound
 */
export function soundKinds({ commentary, described, hearing_impaired }) {
  return [commentary && "commentary", described && "with descriptions", hearing_impaired && "for the hard of hearing"].filter((kind) => typeof kind === "string");
}

/**
 * The languages of tracks, each once: "English, German".
 * @param {{ language?: string }[]} [tracks]
 */
export function languagesInWords(tracks) {
  return languagesOf(tracks).map(languageName).join(", ");
}

/**
 * The languages of tracks, each once, as BCP 47 tags.
 * @param {{ language?: string }[]} tracks
 */
export function languagesOf(tracks = []) {
  return [...new Set(tracks.map((track) => track.language).filter((tag) => tag !== undefined))];
}

/** @type {Intl.DisplayNames | undefined} */
let names; // made when first needed: it takes longer than all else that a script does at its start

/** @param {string} tag */
export function languageName(tag) {
  names ??= new Intl.DisplayNames(["en"], { type: "language" });
  try {
    return names.of(tag);
  } catch {
    return tag; // it comes from a file, so it need not be a tag
  }
}
