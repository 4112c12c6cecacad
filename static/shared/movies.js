// The list of films from the server, and what follows from an entry: its key, URLs, folder, extension and size.

import { noteLock } from "./access.js";
import { filmField } from "./address.js";
import { readMovies, textOf } from "./list-reader.js";

/**
 * A film in the list of the server. docs/http.md says what the fields are; what is not known is absent.
 * @typedef {object} Movie
 * @property {string} title
 * @property {number} [year]
 * @property {string} [series]
 * @property {number} [season]
 * @property {number} [episode]
 * @property {string} [aired]
 * @property {number} [part]
 * @property {string} [edition]
 * @property {string} [extra]
 * @property {string} [of]
 * @property {string} [version_of]
 * @property {string} [version]
 * @property {string} path
 * @property {string} url
 * @property {number} bytes
 * @property {string} modified
 * @property {"pending" | "known" | "archived" | "unavailable" | "unreadable" | "unexamined"} state
 * @property {string} [next_try]
 * @property {string} [container]
 * @property {string} [type]
 * @property {number} [duration]
 * @property {Video} [video]
 * @property {Audio[]} [audio]
 * @property {Subtitle[]} [subtitles]
 * @property {ImageSubtitle[]} [image_subtitles]
 * @property {Chapter[]} [chapters]
 * @property {string[]} [genres]
 * @property {string[]} [people]
 * @property {string} [about]
 * @property {string} [poster]
 * @property {string} [series_poster]
 * @property {string} [thumbnails]
 * @property {string} [segments]
 * @property {number} [index_bytes]
 */

/**
 * @typedef {object} Video
 * @property {string} codec
 * @property {string} [converted]
 * @property {string} name
 * @property {number} width
 * @property {number} height
 * @property {number} [frame_rate]
 * @property {number} [bit_depth]
 * @property {boolean} [hdr]
 * @property {boolean} [open_gop]
 */

/**
 * @typedef {object} Audio
 * @property {string} codec
 * @property {string} [converted]
 * @property {string} name
 * @property {number} [channels]
 * @property {string} [language]
 * @property {string} [label]
 * @property {boolean} [default]
 * @property {number} [stream]
 * @property {boolean} [commentary]
 * @property {boolean} [described]
 * @property {boolean} [hearing_impaired]
 */

/**
 * @typedef {object} Subtitle
 * @property {string} url
 * @property {string} [language]
 * @property {string} [label]
 * @property {boolean} [forced]
 * @property {boolean} [hearing_impaired]
 * @property {boolean} [default]
 * @property {boolean} [embedded]
 * @property {boolean} [styled]
 */

/** @typedef {Subtitle & { part_s: number }} ImageSubtitle */

/**
 * @typedef {object} Chapter
 * @property {number} start
 * @property {string} [title]
 */

const LIST_TIMEOUT_MS = 15_000;

const DISC_FOLDERS = /(?:(?:^|\/)(?:dis[ck]|cd|dvd)[ ._-]?\d{1,2})?(?:^|\/)(?:video_ts|(?:private\/)?(?:avchd\/)?bdmv\/stream)$/i;

/** @type {{ entityTag: string | null, movies: Movie[] }} */
let known = { entityTag: null, movies: [] };

/**
 * The films. The browser revalidates its copy by the entity tag, so asking again costs little; an unchanged list is the
 * same array as before. Throws if the server gives no list.
 * @returns {Promise<Movie[]>}
 */
export async function loadMovies() {
  const cache = known.entityTag === null ? "default" : "no-cache"; // the first answer is asked for by index.html
  const response = await fetch("api/movies", { cache, signal: AbortSignal.timeout(LIST_TIMEOUT_MS) });
  noteLock(response);
  if (!response.ok) throw new Error(`The list of films was answered with ${response.status}`);
  const entityTag = response.headers.get("ETag");
  if (entityTag === null || entityTag !== known.entityTag) {
    known = { entityTag, movies: await readMovies(textOf(response)) };
  }
  return known.movies;
}

/**
 * The key of a film, which no other film has: its path. In paths, all bytes that are not UTF-8 read the same. So a film
 * with such bytes goes by its URL, and so does one whose path could be taken for a URL.
 * @param {Pick<Movie, "path" | "url">} movie
 */
export function keyOf({ path, url }) {
  return /^\/|\ufffd/.test(path) ? url : path;
}

/**
 * All subtitles, those that are pictures last.
 * @param {Movie} movie
 * @returns {(Subtitle | ImageSubtitle)[]}
 */
export function subtitlesOf({ subtitles = [], image_subtitles: images = [] }) {
  return [...subtitles, ...images];
}

/**
 * The URL of the film's bytes.
 * @param {Movie} movie
 */
export function videoUrl(movie) {
  return serverUrl(movie.url);
}

/**
 * The URL of a playlist with this film alone.
 * @param {Movie} movie
 */
export function filmPlaylistUrl(movie) {
  return serverUrl(`/playlist.m3u?film=${filmField(movie.url)}`);
}

/**
 * The URL of the playlist of a series or else a folder; if both are "", of the whole library.
 * @param {{ series: string, folder: string }} part
 */
export function playlistUrl({ series, folder }) {
  const [name, value] = series ? ["series", series] : ["folder", folder];
  return serverUrl(`/playlist.m3u${value && `?${new URLSearchParams([[name, value]])}`}`);
}

/**
 * The URL of an absolute path at the server. It is resolved against the page's address, which may have a path before it.
 * @param {string} path
 */
export function serverUrl(path) {
  return new URL(path.replace(/^\//, ""), document.baseURI).href;
}

/**
 * The folder that the film is in; "" is the top of the library.
 * @param {string} path
 */
export function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * The folder that the film is in, without the folders of a disc: "Ben-Hur" for "Ben-Hur/Disc 1/VIDEO_TS/VTS_01_1.VOB".
 * @param {Movie} movie
 */
export function filmFolder({ path }) {
  return folderOf(path).replace(DISC_FOLDERS, "");
}

/**
 * "MKV" for "Film.mkv"; "" if it has none.
 * @param {Movie} movie
 */
export function extensionOf({ path }) {
  return /\.(\w{1,5})$/.exec(path)?.[1].toUpperCase() ?? "";
}

/**
 * 1055736 as "1.1 MB".
 * @param {number} bytes
 */
export function sizeInWords(bytes) {
  const units = ["kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1000 ** power;
  const maximumSignificantDigits = amount < 100 ? 2 : 3;
  return new Intl.NumberFormat("en", { style: "unit", unit: units[power - 1], maximumSignificantDigits }).format(amount);
}
