// Filters of a list, which combine: a film is shown if it passes all of them. A series is shown if one of its episodes is.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Entry } from "./entries.js" */

import { FILTERS } from "../shared/address.js";
import { subtitlesOf } from "../shared/movies.js";
import { inOrder } from "../shared/order.js";
import { slices } from "../shared/slices.js";
import { languageName, languagesOf, resolution } from "../shared/words.js";

/**
 * What a filter asks of a film. `values` are those that the film has; a filter of one value is a switch. `words` are for
 * people.
 * @typedef {object} Filter
 * @property {string} label
 * @property {(movie: Movie) => (string | number)[]} values
 * @property {(value: string) => string} words
 */

/** @typedef {{ isWatched: (movie: Movie) => boolean, plays: (movie: Movie) => boolean }} Here */
/** @typedef {{ value: string, words: string, count: number }} Choice */
/** @typedef {{ name: string, label: string, isSwitch: boolean, chosen: string, choices: Choice[] }} Facet */

export const SWITCHES = new Set(["unwatched", "plays"]);
const IN_A_SLICE = 64; // entries between two looks at the clock
const YES = "1"; // the value of a switch that is on
const same = (/** @type {string} */ value) => value;

/**
 * The filters by their names in the address. `here` says what depends on the device.
 * @param {Here} here
 * @returns {Record<string, Filter>}
 */
function filtersOf({ isWatched, plays }) {
  return {
    unwatched: { label: "Unwatched", values: (movie) => (isWatched(movie) ? [] : [YES]), words: same },
    plays: { label: "Plays here", values: (movie) => (plays(movie) ? [YES] : []), words: same },
    genre: { label: "Genre", values: ({ genres = [] }) => genres, words: same },
    decade: { label: "Decade", values: ({ year }) => (year === undefined ? [] : [year - (year % 10)]), words: (value) => `${value}s` },
    resolution: { label: "Resolution", values: ({ video }) => [resolution(video)].filter(Boolean), words: same },
    sound: { label: "Sound", values: ({ audio }) => languagesOf(audio), words: nameOfLanguage },
    subtitles: { label: "Subtitles", values: (movie) => languagesOf(subtitlesOf(movie)), words: nameOfLanguage },
  };
}

/** @param {string} tag */
function nameOfLanguage(tag) {
  return languageName(tag) ?? tag;
}

/**
 * The entries that pass the filters that are chosen, by their names.
 * @param {Entry[]} entries
 * @param {Record<string, string>} chosen
 * @param {Here} here
 */
export function passing(entries, chosen, here) {
  const filters = filtersOf(here);
  const names = FILTERS.filter((name) => chosen[name]);
  if (names.length === 0) return entries;
  return entries.filter(({ movies }) => movies.some((movie) => names.every((name) => has(filters[name], movie, chosen[name]))));
}

/**
 * Each filter's choices, with the number of entries that there would be. A filter that divides nothing is left out, unless
 * it is chosen.
 * @param {Entry[]} entries
 * @param {Record<string, string>} chosen
 * @param {Here} here
 * @returns {Promise<Facet[]>}
 */
export async function facetsOf(entries, chosen, here) {
  const filters = filtersOf(here);
  const names = FILTERS.filter((name) => chosen[name]);
  const counts = new Map(FILTERS.map((name) => [name, /** @type {Map<string, number>} */ (new Map())]));
  const rest = slices();
  let shown = 0;
  for (const [index, entry] of entries.entries()) {
    if (count(entry, filters, names, chosen, counts)) shown += 1;
    if (index % IN_A_SLICE === 0) await rest();
  }
  const facets = FILTERS.map((name) => facetOf(name, filters[name], chosen[name] ?? "", counts.get(name) ?? new Map()));
  return facets.filter((facet) => facet.chosen || divides(facet, shown));
}

/**
 * Counts the entry for each value that it has and that the other filters let pass. Answers whether it passes all.
 * @param {Entry} entry
 * @param {Record<string, Filter>} filters
 * @param {string[]} names
 * @param {Record<string, string>} chosen
 * @param {Map<string, Map<string, number>>} counts
 */
function count({ movies }, filters, names, chosen, counts) {
  let passes = false;
  /** @type {Map<string, Set<string>>} */
  const seen = new Map();
  for (const movie of movies) {
    const failed = names.filter((name) => !has(filters[name], movie, chosen[name]));
    if (failed.length === 0) passes = true;
    if (failed.length > 1) continue;
    for (const name of failed.length === 1 ? failed : FILTERS) {
      for (const value of filters[name].values(movie)) {
        const values = seen.get(name) ?? new Set();
        seen.set(name, values.add(String(value)));
      }
    }
  }
  for (const [name, values] of seen) {
    const own = /** @type {Map<string, number>} */ (counts.get(name));
    for (const value of values) own.set(value, (own.get(value) ?? 0) + 1);
  }
  return passes;
}

/**
 * @param {Filter} filter
 * @param {Movie} movie
 * @param {string} value
 */
function has({ values }, movie, value) {
  return values(movie).some((own) => String(own) === value);
}

/**
 * @param {string} name
 * @param {Filter} filter
 * @param {string} chosen
 * @param {Map<string, number>} counts
 * @returns {Facet}
 */
function facetOf(name, { label, words }, chosen, counts) {
  if (chosen && !counts.has(chosen)) counts.set(chosen, 0);
  const choices = [...counts].map(([value, count]) => ({ value, words: words(value), count }));
  choices.sort((a, b) => (name === "decade" || name === "resolution" ? byNumber(b, a) : inOrder(a.words, b.words)));
  return { name, label, isSwitch: SWITCHES.has(name), chosen, choices };
}

/**
 * "4K" comes before "1440p".
 * @param {Choice} a
 * @param {Choice} b
 */
function byNumber(a, b) {
  return linesOf(a.value) - linesOf(b.value);
}

/** @param {string} value */
function linesOf(value) {
  return value === "4K" ? 2160 : parseInt(value, 10);
}

/**
 * Whether a choice would leave some entries and not all of them.
 * @param {Facet} facet
 * @param {number} all
 */
function divides({ choices }, all) {
  return choices.some(({ count }) => count > 0 && count < all);
}
