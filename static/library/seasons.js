// The seasons of a series. Specials are season 0, and come last. A daily show has its years.

/** @import { Movie } from "../shared/movies.js" */

import { byEpisode } from "../shared/order.js";

/**
 * `name` stands in the address. `heading` is for people.
 * @typedef {object} Season
 * @property {string} name
 * @property {string} heading
 * @property {Movie[]} episodes
 */

/**
 * @param {Movie[]} episodes
 * @returns {Season[]}
 */
export function seasonsOf(episodes) {
  const seasons = Map.groupBy(episodes.toSorted(byEpisode), seasonName);
  return [...seasons]
    .map(([name, own]) => ({ name, heading: headingOf(name, own[0]), episodes: own }))
    .sort((a, b) => rank(a) - rank(b));
}

/**
 * The episodes as they are watched: season by season, specials last.
 * @param {Movie[]} episodes
 */
export function inSeriesOrder(episodes) {
  return seasonsOf(episodes).flatMap((season) => season.episodes);
}

/**
 * "2" for an episode of the second season, "2024" for one of a daily show, "all" for one without a season.
 * @param {Movie} movie
 */
export function seasonName({ season, aired }) {
  return season === undefined ? aired?.slice(0, 4) ?? "all" : String(season);
}

/**
 * @param {string} name
 * @param {Movie} first
 */
function headingOf(name, { season }) {
  if (season === undefined) return name === "all" ? "Episodes" : name;
  return season === 0 ? "Specials" : `Season ${season}`;
}

/** @param {Season} season */
function rank({ name }) {
  if (name === "all") return 0;
  return Number(name) || Infinity;
}
