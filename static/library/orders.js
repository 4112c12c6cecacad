// The orders in which a list of films and series can be put.

/** @import { Entry } from "./entries.js" */

import { addedAt, durationOf, sortTitle, yearOf } from "./entries.js";
import { byEpisode, inOrder } from "../shared/order.js";

/**
 * Of each order: what it compares, and whether the largest comes first. Entries of which that is not known come last.
 * @type {Map<string, { of: (entry: Entry) => string | number | undefined, falls: boolean }>}
 */
const orders = new Map([
  ["title", { of: sortTitle, falls: false }],
  ["-title", { of: sortTitle, falls: true }],
  ["newest", { of: addedAt, falls: true }],
  ["-newest", { of: addedAt, falls: false }],
  ["year", { of: yearOf, falls: true }],
  ["-year", { of: yearOf, falls: false }],
  ["duration", { of: durationOf, falls: false }],
  ["-duration", { of: durationOf, falls: true }],
]);

/** @param {string} name */
export function isOrder(name) {
  return orders.has(name);
}

/**
 * The entries in the order of this name in the address; in that of titles if there is none. Equal ones are by title.
 * @param {Entry[]} entries
 * @param {string} name
 */
export function ordered(entries, name) {
  const { of, falls } = orders.get(name) ?? { of: sortTitle, falls: false };
  const keyed = entries.map((entry) => ({ entry, key: of(entry), title: sortTitle(entry) }));
  keyed.sort((a, b) => compare(a.key, b.key, falls) || inOrder(a.title, b.title) || byEpisode(a.entry.movies[0], b.entry.movies[0]));
  return keyed.map(({ entry }) => entry);
}

/**
 * @param {string | number | undefined} a
 * @param {string | number | undefined} b
 * @param {boolean} falls
 */
function compare(a, b, falls) {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = typeof a === "number" && typeof b === "number" ? a - b : inOrder(String(a), String(b));
  return falls ? -order : order;
}
