// What the page about a film says, in words.

/** @import { Audio, Movie, Subtitle, Video } from "../shared/movies.js" */
/** @import { Warning } from "../shared/playability.js" */

import { extensionOf, sizeInWords, subtitlesOf } from "../shared/movies.js";
import { hearsConverted, seesConverted, waysOf } from "../shared/ways.js";
import { durationInWords, languagesInWords, sharpness, soundKinds } from "../shared/words.js";

/**
 * What the server knows of a film besides its entry in the list. docs/http.md says what the fields are.
 * @typedef {object} Told
 * @property {string} [title]
 * @property {string} [original_title]
 * @property {number} [year]
 * @property {string} [tagline]
 * @property {string} [plot]
 * @property {string[]} [genres]
 * @property {string[]} [studios]
 * @property {number} [rating]
 * @property {string} [certificate]
 * @property {string} [released]
 */

/**
 * @typedef {Told & {
 *   directors?: string[], writers?: string[], cast?: { name: string, role?: string }[],
 *   of_series?: Told, artwork?: Record<string, string>, improve?: string[],
 * }} About
 */

/** A line of facts. `names`: of people and kinds, which the library can be searched for. */
/** @typedef {{ label: string, values: string[], names?: boolean }} Fact */

/** @type {Record<number, string>} */
const LAYOUTS = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };
const UNKNOWN = "Language not known";

/**
 * Year, length and the like, for one line.
 * @param {Movie} movie
 * @param {About} about
 */
export function essentials({ year, aired, duration, video, state }, about) {
  const certificate = about.certificate ?? about.of_series?.certificate;
  return [
    aired ?? String(year ?? about.year ?? ""),
    duration === undefined ? "" : durationInWords(duration),
    certificate ?? "",
    about.rating === undefined ? "" : `${about.rating} of 10`,
    [sharpness(video), video?.hdr && "HDR"].filter(Boolean).join(" "),
    state === "pending" ? "not looked into yet" : "",
  ].filter(Boolean);
}

/**
 * Facts of a film: first who made it and what it is, then what is in its file.
 * @param {Movie} movie
 * @param {About} about
 * @param {Warning[]} warnings
 * @returns {Fact[]}
 */
export function factsOf(movie, about, warnings = []) {
  const series = about.of_series ?? {};
  /** @type {Fact[]} */
  const facts = [
    { label: "Genres", values: about.genres ?? series.genres ?? movie.genres ?? [], names: true },
    { label: "Directed by", values: about.directors ?? [], names: true },
    { label: "Written by", values: about.writers ?? [], names: true },
    { label: "Studio", values: about.studios ?? series.studios ?? [] },
    { label: "Released", values: days(about.released) },
    { label: "Original title", values: about.original_title && about.original_title !== movie.title ? [about.original_title] : [] },
    { label: "Title in the file", values: about.title && about.title !== movie.title ? [about.title] : [] },
    { label: "Picture", values: movie.video ? [pictureInWords(movie.video)] : [] },
    { label: "Sound", values: (movie.audio ?? []).map(soundInWords) },
    { label: "Subtitles", values: subtitlesOf(movie).map(subtitlesInWords) },
    { label: "File", values: [movie.path.replaceAll("/", " / "), fileInWords(movie)] },
    { label: "Plays here", values: playsInWords(movie, warnings) },
    { label: "What would improve it", values: about.improve ?? [] },
    { label: "Added", values: days(movie.modified) },
  ];
  return facts.filter(({ values }) => values.length > 0);
}

/** @type {Record<string, string>} */
const LACKS = { nothing: "not at all", picture: "without its picture", sound: "without its sound", slow: "as it is, once all of it is read" };

/**
 * By which way the film plays in this browser, in a list; an empty list if that is not known.
 * @param {Movie} movie
 * @param {Warning[]} warnings
 */
function playsInWords(movie, warnings) {
  if (movie.container === undefined) return [];
  const lacks = warnings.map(({ kind }) => kind).filter((kind) => kind in LACKS);
  if (lacks.includes("picture") && lacks.includes("sound")) return [LACKS.nothing];
  if (lacks.length > 0) return [LACKS[lacks[0]]];
  if (waysOf(movie)[0] === "file") return ["as it is"];
  if (seesConverted(movie)) return ["in segments, its picture converted by the server"];
  return [hearsConverted(movie) ? "in segments, its sound converted by the server" : "in segments, which start at once"];
}

/**
 * "1920 × 1080, H.264, 24 frames a second, HDR".
 * @param {Video} video
 */
export function pictureInWords({ width, height, name, frame_rate: rate, hdr }) {
  return [`${width} × ${height}`, name, rate && `${Math.round(rate)} frames a second`, hdr && "HDR"].filter(Boolean).join(", ");
}

/**
 * "English, Commentary, 5.1, AC-3".
 * @param {Audio} sound
 */
export function soundInWords(sound) {
  const spoken = languagesInWords([sound]) || UNKNOWN;
  const layout = LAYOUTS[sound.channels ?? 0] ?? (sound.channels && `${sound.channels} channels`);
  const kinds = soundKinds(sound).filter((kind) => !sound.label?.toLowerCase().includes(kind));
  return [...new Set([spoken, sound.label, ...kinds, layout, sound.name])].filter(Boolean).join(", ");
}

/**
 * "German, forced", "English, for the hard of hearing".
 * @param {Subtitle} subtitles
 */
export function subtitlesInWords(subtitles) {
  const told = languagesInWords([subtitles]) || (subtitles.label ? "" : UNKNOWN);
  const kinds = [subtitles.forced && "forced", subtitles.hearing_impaired && "for the hard of hearing"];
  return [...new Set([told, subtitles.label, ...kinds])].filter(Boolean).join(", ");
}

/** @param {Movie} movie */
function fileInWords(movie) {
  return [extensionOf(movie), sizeInWords(movie.bytes)].filter(Boolean).join(", ");
}

/**
 * "2024-01-15" as "15 January 2024", in a list; an empty list for no day.
 * @param {string} [day]
 */
function days(day) {
  if (day === undefined || Number.isNaN(Date.parse(day))) return [];
  return [new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(day))];
}
