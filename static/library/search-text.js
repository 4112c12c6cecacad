// What the search looks at in a film, without case and accents. It is made once for each film.

/** @import { Movie } from "../shared/movies.js" */

import { subtitlesOf } from "../shared/movies.js";
import { slices } from "../shared/slices.js";
import { versionsOf } from "../shared/versions.js";
import { languageName, languagesOf } from "../shared/words.js";
import { searchable, wordsIn } from "./query.js";

/**
 * Each field begins with a space, so that " word" is the beginning of a word. `facts` are people, genres, languages,
 * editions and the year; `all` is everything.
 * @typedef {object} SearchText
 * @property {string} title
 * @property {string} series
 * @property {string} facts
 * @property {string} path
 * @property {string} all
 */

const PREPARED_MS = 6; // at a time

/** @type {WeakMap<Movie, SearchText>} */
const texts = new WeakMap();
/** @type {Map<string, string>} */
const languages = new Map(); // by tag

/**
 * @param {Movie} movie
 * @returns {SearchText}
 */
export function textOf(movie) {
  let text = texts.get(movie);
  if (text === undefined) texts.set(movie, (text = makeText(movie)));
  return text;
}

/**
 * Makes the texts of all films beforehand, while nothing is urgent, so that the first letter need not wait for them.
 * @param {Movie[]} movies
 */
export async function prepareTexts(movies) {
  const rest = slices(PREPARED_MS);
  for (const movie of movies) {
    textOf(movie);
    await rest();
  }
}

/**
 * The words by which a mistyped one is known again.
 * @param {Movie} movie
 */
export function wordsOf(movie) {
  const { title, series, facts } = textOf(movie);
  return wordsIn(`${title}${series}${facts}`.replace(/[^\p{L}\p{N}]+/gu, " "));
}

/**
 * @param {Movie} movie
 * @returns {SearchText}
 */
function makeText(movie) {
  const versions = versionsOf(movie);
  const { title, series, year, audio, genres = [], people = [] } = movie;
  const tongues = [...new Set([...languagesOf(audio), ...languagesOf(subtitlesOf(movie))])].map(nameOfLanguage);
  const editions = versions.flatMap(({ edition = [], version = [] }) => [edition, version].flat());
  const fields = {
    title: field(title),
    series: field(series ?? ""),
    facts: field([year, ...genres, ...people, ...tongues, ...editions].filter(Boolean).join(" ")),
    path: field(versions.map(({ path }) => path).join(" ")),
  };
  return { ...fields, all: Object.values(fields).join("") };
}

/** @param {string} text */
function field(text) {
  return ` ${searchable(text)}`;
}

/** @param {string} tag */
function nameOfLanguage(tag) {
  let name = languages.get(tag);
  if (name === undefined) languages.set(tag, (name = languageName(tag) ?? tag));
  return name;
}
