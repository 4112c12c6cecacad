// All of a kind, or what was searched for, as one list, which can be put in order and filtered.

/** @import { Part } from "../shared/address.js" */
/** @import { Movie } from "../shared/movies.js" */
/** @import { Entry } from "./entries.js" */

import { entriesOf } from "./entries.js";
import { kindsOf } from "./kinds.js";
import { isOrder, ordered } from "./orders.js";
import { MANY } from "./rows.js";

/**
 * Whether the address asks for a list and not for shelves.
 * @param {Movie[]} films
 * @param {Part} part
 */
export function isList(films, { kind, folder, words, sort, filters }) {
  const isAsked = kind !== "" || words.trim() !== "" || isOrder(sort) || Object.keys(filters).length > 0;
  return isAsked || (folder !== "" && films.length > MANY);
}

/**
 * The list that the address asks for, before filters: the best matches first, or in the order that is asked for.
 * `found` searches.
 * @param {Movie[]} films
 * @param {Part} part
 * @param {(films: Movie[], words: string) => Entry[]} found
 */
export function listOf(films, { kind, words, sort }, found) {
  if (words.trim() === "") return ordered(ofKind(films, kind), sort);
  const best = found(films, words);
  return isOrder(sort) ? ordered(best, sort) : best;
}

/**
 * @param {Movie[]} films
 * @param {string} kind
 * @returns {Entry[]}
 */
function ofKind(films, kind) {
  if (kind === "series") return entriesOf(kindsOf(films).series);
  if (kind === "films") return entriesOf(kindsOf(films).films);
  return entriesOf(films);
}
