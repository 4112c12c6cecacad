// The orders that names and episodes stand in.

/** @import { Movie } from "./movies.js" */

/** Names as people count: Episode 2 comes before Episode 10. */
export const inOrder = new Intl.Collator("en", { numeric: true }).compare;

/**
 * Films of one series or folder, as they are watched.
 * @param {Movie} a
 * @param {Movie} b
 */
export function byEpisode(a, b) {
  return (a.season ?? 0) - (b.season ?? 0) || (a.episode ?? 0) - (b.episode ?? 0) || inOrder(a.path, b.path);
}
