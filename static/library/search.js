// The search: films and series that have all that was typed, the best match first. If nothing has it, words that are nearly
// the same count too.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Term } from "./query.js" */
/** @import { SearchText } from "./search-text.js" */

import { filmEntry } from "./entries.js";
import { searchable, termsOf } from "./query.js";
import { textOf, wordsOf } from "./search-text.js";
import { nearly, vocabularyOf } from "./typos.js";

/** How much a match is worth, by where it is. That in the folder's name is worth least. */
const WORTH = { title: 10, series: 9, episode: 7, within: 6, facts: 5, nearly: 3, path: 1 };
const WHOLE = 2; // a whole word is worth more than the beginning of one
const BEGINNING = 5; // the title begins with all that was typed
const EXACT = 20; // the title is what was typed

/** @typedef {(text: SearchText, word: string) => number} Worth */
/** @typedef {{ entry: Entry, worth: number }} Match */

/** @type {WeakMap<Movie[], Map<string, number>>} */
const vocabularies = new WeakMap();

/**
 * The films and series that have all of the terms in the text, the best first; equal ones in their order. A series stands
 * for its episodes unless it takes the title or the number of an episode to match.
 * @param {Movie[]} movies
 * @param {string} text
 * @returns {Entry[]}
 */
export function found(movies, text) {
  const terms = termsOf(text);
  if (terms.length === 0) return [];
  const typed = ` ${searchable(text).trim()}`;
  const plain = terms.flatMap(({ words, season, episode }) => (season ?? episode) === undefined ? words : []);
  const likely = movies.filter((movie) => plain.every((word) => textOf(movie).all.includes(word)));
  const exact = matches(likely, terms, typed, worthOf);
  return (exact.length > 0 ? exact : matches(movies, terms, typed, orNearly(movies, terms))).map(({ entry }) => entry);
}

/**
 * @param {Movie[]} movies
 * @param {Term[]} terms
 * @param {string} typed
 * @param {Worth} worth
 */
function matches(movies, terms, typed, worth) {
  /** @type {Map<string, Match>} */
  const series = new Map();
  /** @type {Match[]} */
  const all = [];
  for (const movie of movies) {
    const text = textOf(movie);
    const own = sum(terms, (term) => worthOfTerm(movie, text, term, worth));
    if (own === 0) continue;
    const asSeries = movie.series === undefined ? 0 : sum(terms, ({ words }) => sum(words, (word) => worth({ ...text, title: "" }, word)));
    if (movie.series === undefined || asSeries === 0) {
      all.push({ entry: filmEntry(movie), worth: own + (movie.series === undefined ? likeness(text.title, typed) : 0) });
      continue;
    }
    const known = series.get(movie.series);
    if (known) known.entry.movies.push(movie);
    else series.set(movie.series, { entry: { key: `series ${movie.series}`, series: movie.series, movies: [movie] }, worth: asSeries + likeness(text.series, typed) });
  }
  return [...series.values(), ...all].sort((a, b) => b.worth - a.worth);
}

/**
 * The sum of what the items are worth; 0 if one of them is worth nothing.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => number} worth
 */
function sum(items, worth) {
  let all = 0;
  for (const item of items) {
    const own = worth(item);
    if (own === 0) return 0;
    all += own;
  }
  return all;
}

/**
 * @param {Movie} movie
 * @param {SearchText} text
 * @param {Term} term
 * @param {Worth} worth
 */
function worthOfTerm(movie, text, { words, season, episode }, worth) {
  const isNumbered = season !== undefined || episode !== undefined;
  const isIt = isNumbered && (season ?? movie.season) === movie.season && (episode ?? movie.episode) === movie.episode;
  return isIt && movie.series !== undefined ? WORTH.title : sum(words, (word) => worth(text, word));
}

/** @type {Worth} */
function worthOf({ title, series, facts, path }, word) {
  const begins = ` ${word}`;
  const isEpisode = series !== " ";
  if (title.includes(begins) && !isEpisode) return WORTH.title + wholeness(title, begins);
  if (series.includes(begins)) return WORTH.series + wholeness(series, begins);
  if (title.includes(begins)) return WORTH.episode + wholeness(title, begins);
  if (facts.includes(begins)) return WORTH.facts + wholeness(facts, begins);
  if (title.includes(word) || series.includes(word)) return WORTH.within;
  return path.includes(word) || facts.includes(word) ? WORTH.path : 0;
}

/**
 * @param {string} field
 * @param {string} begins
 */
function wholeness(field, begins) {
  return `${field} `.includes(`${begins} `) ? WHOLE : 0;
}

/**
 * @param {string} name
 * @param {string} typed
 */
function likeness(name, typed) {
  if (name === typed || name === ` the${typed}`) return EXACT;
  return name.startsWith(typed) || name.startsWith(` the${typed}`) ? BEGINNING : 0;
}

/**
 * What a word is worth where a mistyped one counts, too.
 * @param {Movie[]} movies
 * @param {Term[]} terms
 * @returns {Worth}
 */
function orNearly(movies, terms) {
  const known = vocabularies.get(movies) ?? vocabularyOf(movies.flatMap(wordsOf));
  vocabularies.set(movies, known);
  const near = new Map(terms.flatMap(({ words }) => words).map((word) => [word, [...nearly(word, known)]]));
  return (text, word) => {
    const own = worthOf(text, word);
    if (own > 0) return own;
    const here = `${text.title}${text.series}${text.facts}`;
    const least = (near.get(word) ?? []).reduce((best, [other, mistakes]) => (mistakes < best && here.includes(` ${other}`) ? mistakes : best), WORTH.nearly);
    return WORTH.nearly - least;
  };
}
