// The list of films, as the server has it now.

import { filmField } from "./address.js";

const LIST_TIMEOUT_MS = 15_000;

let known = { entityTag: null, movies: null };

/**
 * The films. The browser revalidates its copy by the entity tag, so asking again costs little,
 * and an unchanged list is the very same array as before.
 */
export async function loadMovies() {
  const response = await fetch("api/movies", { cache: "no-cache", signal: AbortSignal.timeout(LIST_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The list of films was answered with ${response.status}`);
  const entityTag = response.headers.get("ETag");
  if (entityTag === null || entityTag !== known.entityTag) {
    known = { entityTag, movies: (await response.json()).movies };
  }
  return known.movies;
}

/**
 * What tells a film from all others: its path. But in paths all bytes that are not UTF-8 read the same, so a film that has
 * such goes by its URL, and so does one whose path could be taken for a URL.
 */
export function keyOf({ path, url }) {
  return /^\/|\ufffd/.test(path) ? url : path;
}

/** Where the film's bytes are. */
export function videoUrl(movie) {
  return serverUrl(movie.url);
}

/** The playlist of this film alone. */
export function filmPlaylistUrl(movie) {
  return serverUrl(`/playlist.m3u?film=${filmField(movie.url)}`);
}

/** The playlist of a folder; "" is the library. */
export function folderPlaylistUrl(folder) {
  return serverUrl(`/playlist.m3u${folder && `?${new URLSearchParams({ folder })}`}`);
}

/** An absolute path of the server as a URL. Relative to the page, so that it may live below a sub-path. */
export function serverUrl(path) {
  return new URL(path.replace(/^\//, ""), document.baseURI).href;
}

/** The folder that holds the film; "" is the library's own. */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** "MKV", of "Film.mkv". */
export function extensionOf({ path }) {
  return /\.(\w{1,5})$/.exec(path)?.[1].toUpperCase() ?? "";
}

/** 1055736 as "1.1 MB". */
export function sizeInWords(bytes) {
  const units = ["kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const format = { style: "unit", unit: units[power - 1], maximumSignificantDigits: 2 };
  const amount = bytes / 1000 ** power;
  return new Intl.NumberFormat("en", amount < 100 ? format : { ...format, maximumSignificantDigits: 3 }).format(amount);
}
