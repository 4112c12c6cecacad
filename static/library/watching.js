// What to go on with: films that were begun, and of each series the episode that comes next.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Progress } from "../shared/progress.js" */

import { keyOf } from "../shared/movies.js";
import { keptProgress, progressOfCut } from "../shared/progress.js";
import { versionsOf } from "../shared/versions.js";
import { inSeriesOrder } from "./seasons.js";

/** @typedef {Map<string, Progress>} Kept */

/**
 * The films that were begun and not watched to their end, the latest first. Of a series there is one episode: the one that
 * was watched last, or, after its end, the next.
 * @param {Movie[]} films
 * @param {Kept} kept
 */
export function toGoOnWith(films, kept = keptProgress()) {
  const seen = films.filter((movie) => seenAt(movie, kept) > 0);
  const series = new Set(seen.flatMap((movie) => movie.series ?? []));
  const episodes = Map.groupBy(films.filter((movie) => movie.series !== undefined && series.has(movie.series)), ({ series }) => series);
  const single = seen.filter((movie) => movie.series === undefined && isBegun(movie)).map((movie) => ({ movie, at: seenAt(movie, kept) }));
  const next = [...episodes.values()].flatMap((all) => {
    const last = lastSeen(inSeriesOrder(all), kept);
    const movie = last && after(last, inSeriesOrder(all), kept);
    return movie ? [{ movie, at: seenAt(last, kept) }] : [];
  });
  return [...single, ...next].sort((a, b) => b.at - a.at).map(({ movie }) => movie);
}

/**
 * The episode of a series to go on with: the one that was begun, the next one, or else the first that was not watched; and
 * how far the series is. Once all were watched it is the first of all.
 * @param {Movie[]} episodes
 * @param {Kept} kept
 * @returns {{ movie: Movie, stage: "begun" | "next" | "new" | "over" }}
 */
export function nextOf(episodes, kept = keptProgress()) {
  const all = inSeriesOrder(episodes);
  const last = lastSeen(all, kept);
  const movie = (last && after(last, all, kept)) ?? all.find((episode) => !isWatched(episode, kept));
  if (movie === undefined) return { movie: all[0], stage: "over" };
  if (isBegun(movie)) return { movie, stage: "begun" };
  return { movie, stage: all.some((episode) => isWatched(episode, kept)) ? "next" : "new" };
}

/**
 * Whether any version of the film was watched to its end.
 * @param {Movie} movie
 * @param {Kept} kept
 */
export function isWatched(movie, kept) {
  return kept.size > 0 && versionsOf(movie).some((version) => kept.get(keyOf(version))?.watched);
}

/** @param {Movie} movie */
function isBegun(movie) {
  return (progressOfCut(movie)?.time ?? 0) > 0;
}

/**
 * When it was watched last, in milliseconds since 1970; 0: never.
 * @param {Movie} movie
 * @param {Kept} kept
 */
function seenAt(movie, kept) {
  if (kept.size === 0) return 0;
  return Math.max(0, ...versionsOf(movie).map((version) => kept.get(keyOf(version))?.seen ?? 0));
}

/**
 * The episode that was watched last. Of those that were marked at once it is the last.
 * @param {Movie[]} episodes
 * @param {Kept} kept
 * @returns {Movie | null}
 */
function lastSeen(episodes, kept) {
  /** @type {Movie | null} */
  let last = null;
  let latest = 1;
  for (const episode of episodes) {
    const at = seenAt(episode, kept);
    if (at >= latest) [last, latest] = [episode, at];
  }
  return last;
}

/**
 * The episode itself if it is not at its end, else the next one that was not watched. No special comes after the last
 * season, nor does anything after a special.
 * @param {Movie} episode
 * @param {Movie[]} all
 * @param {Kept} kept
 */
function after(episode, all, kept) {
  if (isBegun(episode)) return episode;
  const rest = all.slice(all.indexOf(episode) + 1);
  return rest.find((each) => !isWatched(each, kept) && each.season !== 0);
}
