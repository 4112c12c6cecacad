// The words that tell films apart which would otherwise read the same.

/** @import { Movie } from "./movies.js" */

import { extensionOf, folderOf, sizeInWords } from "./movies.js";
import { resolution } from "./words.js";

/**
 * Facts that may tell films apart, in the order in which people would name them. Each function answers one value a film.
 * @type {((movies: Movie[]) => (string | number | undefined)[])[]}
 */
const facts = [
  (movies) => movies.map(({ year }) => year),
  (movies) => movies.map(({ edition }) => edition),
  ownFolders,
  ownWords,
  (movies) => movies.map(extensionOf),
  (movies) => movies.map(({ video }) => resolution(video)),
  (movies) => movies.map(({ bytes }) => sizeInWords(bytes)),
  (movies) => movies.map(({ path }) => path),
  (movies) => movies.map(fileInBytes),
];

/**
 * For each film the words that tell it from the others, of as few facts as possible; "" if there is only one film.
 * @param {Movie[]} movies
 */
export function whatDiffers(movies) {
  let told = movies.map(() => "");
  for (const fact of facts) {
    if (new Set(told).size === movies.length) break;
    const values = fact(movies).map((value) => value ?? "");
    const more = told.map((words, index) => [words, values[index]].filter(Boolean).join(" · "));
    if (new Set(more).size > new Set(told).size) told = more;
  }
  return told;
}

/**
 * For films whose texts are equal, the words that tell them apart. `readings` are [film, text].
 * @param {[Movie, string][]} readings
 */
export function wordsApart(readings) {
  /** @type {Map<Movie, string>} */
  const words = new Map();
  for (const alike of Map.groupBy(readings, ([, text]) => text).values()) {
    const movies = [...new Set(alike.map(([movie]) => movie))];
    whatDiffers(movies).forEach((told, index) => told && words.set(movies[index], told));
  }
  return words;
}

/**
 * The folder of each film, without the folders that all paths begin with, and those that all end with.
 * @param {Movie[]} movies
 */
function ownFolders(movies) {
  const folders = movies.map(({ path }) => folderOf(path).split("/"));
  return withoutShared(folders).map((names) => names.join(" / "));
}

/**
 * The words of each file's name, without those that all names begin with, and those that all end with: "Round 05" of
 * "Race Round 05 1080p.mkv".
 * @param {Movie[]} movies
 */
function ownWords(movies) {
  const names = movies.map(({ path }) => path.slice(path.lastIndexOf("/") + 1).replace(/\.\w{1,5}$/, ""));
  const words = names.map((name) => name.split(/[\s._()[\]-]+/).filter(Boolean));
  const own = withoutShared(words);
  const counts = own.every(([word]) => /^\d+$/.test(word)); // a number says nothing without the word before it
  const before = counts ? words[0][sharedLength(words) - 1] : undefined;
  return own.map((rest) => [before, ...rest].filter(Boolean).join(" "));
}

/**
 * The file's name, in which bytes that are not UTF-8 are escaped as in its URL: "caf%E9".
 * @param {Movie} movie
 */
function fileInBytes({ url }) {
  const file = url.slice(url.lastIndexOf("/") + 1).replace(/\.\w{1,5}$/, "");
  return file.split(/(?<=%[0-9A-F]{2})(?!%)|(?<!%..)(?=%)/).map(readable).join("");
}

/** @param {string} escaped */
function readable(escaped) {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/**
 * Lists without what all begin with and what all end with.
 * @param {string[][]} lists
 */
function withoutShared(lists) {
  const first = sharedLength(lists);
  const rests = lists.map((list) => list.slice(first));
  const last = sharedLength(rests.map((rest) => rest.toReversed()));
  return rests.map((rest) => rest.slice(0, rest.length - last));
}

/** @param {string[][]} lists */
function sharedLength([first, ...others]) {
  const length = first.findIndex((item, index) => others.some((list) => list[index] !== item));
  return length < 0 ? first.length : length;
}
