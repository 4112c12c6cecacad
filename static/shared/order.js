// How names and episodes are ordered.

/** @import { Movie } from "./movies.js" */

/** Compares names, and the numbers in them by value: Episode 2 comes before Episode 10. */
export const inOrder = new Intl.Collator("en", { numeric: true }).compare;

const SPECIALS = 0; // the season's number
const LAST = Number.MAX_SAFE_INTEGER;

/**
 * Compares films of one series or folder, by season, episode and path. Specials come last.
 * @param {Movie} a
 * @param {Movie} b
 */
export function byEpisode(a, b) {
  return rank(a) - rank(b) || (a.episode ?? 0) - (b.episode ?? 0) || inOrder(a.path, b.path);
}

/** @param {Movie} movie */
function rank({ season = -1 }) {
  return season === SPECIALS ? LAST : season;
}
