// Addresses of the page: a film and a time in it, or a part of the library, its order and its filters.

const UNRESERVED = /[\w.~/-]/; // characters that the server does not escape in URLs of films
const TIME_FORM = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/;
export const FILTERS = ["unwatched", "plays", "genre", "decade", "resolution", "sound", "subtitles"]; // as on the page

/**
 * What a query says. Of a film: its `url` at the server (null: the library is shown), its `path` as text, and the `time`
 * in seconds. Of the library: a part of it, which is a `kind` ("films" or "series"), a `folder`, or one `series` and a
 * `season` of it ("": the one to go on with); in that part the `words` searched for, the name of the order, `sort`, and the
 * `filters` by their names. "" means that nothing is said.
 * @typedef {object} Address
 * @property {string | null} url
 * @property {string} path
 * @property {number} time
 * @property {string} kind
 * @property {string} folder
 * @property {string} series
 * @property {string} season
 * @property {string} words
 * @property {string} sort
 * @property {Record<string, string>} filters
 */

/** @typedef {Omit<Address, "url" | "path" | "time">} Part */

/**
 * @param {string} query
 * @returns {Address}
 */
export function readAddress(query) {
  const fields = new URLSearchParams(query);
  const film = /[?&]film=([^&]*)/.exec(query)?.[1];
  /** @param {string} name */
  const field = (name) => fields.get(name) ?? "";
  return {
    url: film === undefined ? null : filmUrl(film),
    path: field("film"),
    time: parseTime(fields.get("t")),
    kind: field("kind"),
    folder: field("folder"),
    series: field("series"),
    season: field("season"),
    words: field("q"),
    sort: field("sort"),
    filters: Object.fromEntries(FILTERS.map((name) => [name, field(name)]).filter(([, value]) => value)),
  };
}

/**
 * The query that leads to the film of this URL at a time, in whole seconds.
 * @param {string} url
 * @param {number} time
 */
export function filmAddress(url, time = 0) {
  return `?film=${filmField(url)}${time >= 1 ? `&t=${Math.floor(time)}` : ""}`;
}

/**
 * The query that plays the film of this URL from its beginning, wherever it was left: the time is 0 in whole seconds, but
 * is one.
 * @param {string} url
 */
export function startAddress(url) {
  return `?film=${filmField(url)}&t=0.01`;
}

/**
 * The query that leads to the page about the film of this URL.
 * @param {string} url
 */
export function aboutAddress(url) {
  return `?about=${filmField(url)}`;
}

/**
 * The URL of the film that the query asks about; null: it asks about none.
 * @param {string} query
 */
export function aboutUrl(query) {
  const film = /[?&]about=([^&]*)/.exec(query)?.[1];
  return film === undefined ? null : filmUrl(film);
}

/**
 * The value of `film=` for the film at this URL: its path with escaped bytes, since it need not be UTF-8.
 * @param {string} url
 */
export function filmField(url) {
  return url.replace(/^\/videos\//, "");
}

/**
 * The query that leads to a part of the library; "./" for all of it in the usual order.
 * @param {Partial<Part>} part
 */
export function libraryAddress({ kind = "", folder = "", series = "", season = "", words = "", sort = "", filters = {} }) {
  return query({ kind, folder, series, season, sort, ...filters, q: words });
}

/**
 * The film's URL as the server writes it, however the value of `film=` is escaped.
 * @param {string} field
 */
function filmUrl(field) {
  const parts = field.replaceAll("+", " ").match(/%[\da-f]{2}|./gisu) ?? [];
  return `/videos/${parts.flatMap(bytesOf).map(escaped).join("")}`;
}

/**
 * The bytes of a character, or of an escaped byte such as "%E9".
 * @param {string} part
 */
function bytesOf(part) {
  return part.length === 3 ? [parseInt(part.slice(1), 16)] : [...new TextEncoder().encode(part)];
}

/** @param {number} byte */
function escaped(byte) {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** @param {Record<string, string>} fields */
function query(fields) {
  const given = Object.entries(fields).filter(([, value]) => value);
  if (given.length === 0) return "./";
  return `?${new URLSearchParams(given)}`.replaceAll("%2F", "/").replaceAll("+", "%20");
}

/**
 * Seconds, from `90`, `90.5`, `45s`, `2m` or `1h2m3s`; 0 for anything else.
 * @param {string | null} text
 */
export function parseTime(text) {
  const [, hours = 0, minutes = 0, seconds = 0] = TIME_FORM.exec(text ?? "") ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/**
 * A time as a clock shows it: 1:02, or 1:02:03.
 * @param {number} time
 */
export function clockTime(time) {
  const [hours, minutes, seconds] = [time / 3600, (time / 60) % 60, time % 60].map(Math.floor);
  /** @param {number} number */
  const padded = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${padded(minutes)}:${padded(seconds)}` : `${minutes}:${padded(seconds)}`;
}
