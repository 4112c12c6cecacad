// How names and episodes are ordered.

/** @import { Movie } from "./movies.js" */

/** Compares names, and the numbers in them by value: Episode 2 comes before Episode 10. */
export const inOrder = new Intl.Collator("en", { numeric: true }).compare;

/**
 * Compares films of one series or folder, by season, episode and path.
 * @param {Movie} a
 * @param {Movie} b
 */
export function byEpisode(a, b) {
  return (a.season ?? 0) - (b.season ?? 0) || (a.episode ?? 0) - (b.episode ?? 0) || inOrder(a.path, b.path);
}
