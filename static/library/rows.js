// The home of a large library: a row for each kind, of a dozen cards, which leads to all of that kind.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Entry } from "./entries.js" */
/** @import { Shelf } from "./shelf.js" */

import { libraryAddress } from "../shared/address.js";
import { addedAt, entriesOf, filmEntry } from "./entries.js";
import { countKinds, kindsOf } from "./kinds.js";
import { shelf } from "./shelf.js";

export const CONTINUE = "continue"; // the key of the row of films to go on with
const DAY_MS = 86_400_000;
const NEW_FOR_DAYS = 21;
const ROW_LENGTH = 12;
const HANDFUL = 12; // a library of up to so many films needs no row of new ones
export const MANY = 24; // films; a library of more has a row for each kind
const MOST_ROWS = 24; // folders beyond are reached by their links

/**
 * Whether the films are so many, and of so many kinds, that their shelves would be a long way down.
 * @param {Movie[]} films
 */
export function isLarge(films) {
  return films.length > MANY && countKinds(kindsOf(films)) > 1;
}

/**
 * The rows of a large library. `watching` are the films to go on with; `now` is in milliseconds since 1970.
 * @param {Movie[]} films
 * @param {Movie[]} watching
 * @param {number} now
 * @returns {Shelf[]}
 */
export function kindRows(films, watching, now) {
  const kinds = kindsOf(films);
  const top = topRows(films, watching, now);
  const shown = new Set(top.find(({ key }) => key === "new")?.entries.map(({ key }) => key));
  const rows = [
    row("series", "Series", { kind: "series" }, kinds.series, shown),
    row("films", "Films", { kind: "films" }, kinds.films, shown),
    ...kinds.folders.map(([folder, own]) => row(`folder ${folder}`, folder, { folder }, own, shown)),
  ];
  return [...top, ...rows.filter(({ entries }) => entries.length > 0).slice(0, MOST_ROWS)];
}

/**
 * The rows on top: what to go on with, and what is new, if there is any.
 * @param {Movie[]} films
 * @param {Movie[]} watching
 * @param {number} now
 * @returns {Shelf[]}
 */
export function topRows(films, watching, now) {
  const since = new Date(now - NEW_FOR_DAYS * DAY_MS).toISOString();
  const fresh = films.filter(({ modified }) => modified > since);
  const worthARow = films.length > HANDFUL && fresh.length > 0 && fresh.length <= films.length / 2;
  const newest = worthARow ? entriesOf(films).filter((entry) => addedAt(entry) > since) : [];
  return [
    shelf(CONTINUE, "Continue watching", watching.slice(0, ROW_LENGTH).map(filmEntry), { row: true, wide: true }),
    shelf("new", "New", latest(newest), { row: true, address: newest.length > ROW_LENGTH ? libraryAddress({ sort: "newest" }) : "" }),
  ].filter(({ entries }) => entries.length > 0);
}

/**
 * A row of one kind: those that were added last, without what is in the row of new films, unless that is all.
 * @param {string} key
 * @param {string} heading
 * @param {{ kind?: string, folder?: string }} part
 * @param {Movie[]} films
 * @param {Set<string>} shown
 */
function row(key, heading, part, films, shown) {
  const entries = entriesOf(films);
  const rest = entries.filter((entry) => !shown.has(entry.key));
  const first = latest(rest.length > 0 ? rest : entries);
  return shelf(key, heading, first, { row: true, total: entries.length, address: libraryAddress(part), folder: part.folder ?? "" });
}

/**
 * The dozen that was added last; of those that were added at once, the first of the list.
 * @param {Entry[]} entries
 */
function latest(entries) {
  const aged = entries.map((entry) => ({ entry, added: addedAt(entry) }));
  aged.sort((a, b) => Number(a.added < b.added) - Number(a.added > b.added));
  return aged.slice(0, ROW_LENGTH).map(({ entry }) => entry);
}
