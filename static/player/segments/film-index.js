// The index of a film by segments, as the server sends it: its tracks, and where its segments begin.

/** @import { Audio } from "../../shared/movies.js" */
/** @import { Trouble } from "../../shared/reconnect.js" */

import { ask, persist } from "../../shared/reconnect.js";

const ROUNDING_S = 0.001; // between the index's times and the browser's

/**
 * `cuts` are the seconds at which segments begin; `delay` is where the film's second 0 is on the segments' own clock.
 * @typedef {object} FilmIndex
 * @property {number} duration
 * @property {number} delay
 * @property {number[]} cuts
 * @property {Track[]} tracks
 */

/**
 * `name` is the kind and a number. "v" is a picture, "a" a sound; "c1" is what "a1" is converted to, and "s1" the same as
 * 5.1; "x0" is what "v0" is converted to, in the size that the server keeps up with. `type` is for isTypeSupported.
 * @typedef {object} Track
 * @property {string} name
 * @property {string} type
 * @property {string} [language]
 * @property {string} [label]
 * @property {boolean} [default]
 * @property {number[]} [cuts] where its segments begin, if not where the others do
 * @property {number} [channels]
 * @property {boolean} [commentary]
 * @property {boolean} [described]
 * @property {boolean} [hearing_impaired]
 */

/** @param {Track} track */
export function kindOf({ name }) {
  return name[0];
}

/**
 * The tracks with what the list says of the film's sounds besides: whether one is a commentary, and the like.
 * @param {Track[]} tracks
 * @param {Audio[]} audio
 * @returns {Track[]}
 */
export function described(tracks, audio) {
  const told = new Map(audio.map(({ stream, commentary, described, hearing_impaired }) => [stream, { commentary, described, hearing_impaired }]));
  return tracks.map((track) => ("vx".includes(kindOf(track)) ? track : { ...track, ...told.get(Number(track.name.slice(1))) }));
}

/**
 * The sounds that the browser plays: each as it is in the film, or else converted, to stereo and to 5.1.
 * @param {Track[]} tracks
 * @param {(track: Track) => boolean} plays
 */
export function heard(tracks, plays) {
  const own = new Set(tracks.filter((track) => kindOf(track) === "a" && plays(track)).map(({ name }) => name));
  return tracks.filter((track) => {
    const isConverted = "cs".includes(kindOf(track)) && !own.has(`a${track.name.slice(1)}`);
    return own.has(track.name) || (isConverted && plays(track));
  });
}

/**
 * The picture that the browser shows: as it is in the film, or else converted.
 * @param {Track[]} tracks
 * @param {(track: Track) => boolean} plays
 */
export function seen(tracks, plays) {
  const [own, converted] = ["v", "x"].map((kind) => tracks.find((track) => kindOf(track) === kind && plays(track)));
  return own ?? converted;
}

/** The server gives no such index or segment. 404: it has none of this version of the film, or no film. */
export class Refused extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

/**
 * The index, once the server gives it. Null: `signal` ended it. Throws Refused.
 * @param {string} url
 * @param {(trouble: Trouble) => void} tell
 * @param {AbortSignal} signal
 * @returns {Promise<FilmIndex | null>}
 */
export async function loadIndex(url, tell, signal) {
  return persist(async () => (await askFor(url, tell, signal)).json(), tell, signal);
}

/**
 * @param {string} url
 * @param {(trouble: Trouble) => void} tell
 * @param {AbortSignal} signal
 */
export async function askFor(url, tell, signal) {
  const answer = await ask(url, { signal }, tell);
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
}

/**
 * The number of the segment that has the second.
 * @param {number[]} cuts
 * @param {number} time
 */
export function segmentAt(cuts, time) {
  let [low, high] = [0, cuts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cuts[middle] <= time + ROUNDING_S) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Where segment `n` of a track is; with the track's initialisation before it, if wanted.
 * @param {string} indexUrl
 * @param {string} name
 * @param {number} n
 * @param {boolean} withInit
 */
export function segmentUrl(indexUrl, name, n, withInit) {
  const url = new URL(`${name}-${n}.m4s`, indexUrl);
  url.search = new URL(indexUrl).search + (withInit ? "&init=1" : "");
  return url.href;
}
