// How films are put on shelves: one shelf a folder, in the order of a careful librarian.

import { folderOf } from "./movies.js";

const inOrder = new Intl.Collator("en", { numeric: true }).compare; // Episode 2 comes before Episode 10

/**
 * The shelves, as {folder, movies}. A film that is alone in its folder stands on the shelf above:
 * many people keep each film in a folder of its own, and a shelf for each would be no order at all.
 */
export function shelve(movies) {
  const crowds = countBy(movies, (movie) => folderOf(movie.path));
  const shelfOf = ({ path }) => (crowds.get(folderOf(path)) > 1 ? folderOf(path) : folderOf(folderOf(path)));
  const shelves = new Map();
  for (const movie of movies) {
    const folder = shelfOf(movie);
    if (!shelves.has(folder)) shelves.set(folder, { folder, movies: [] });
    shelves.get(folder).movies.push(movie);
  }
  for (const shelf of shelves.values()) shelf.movies.sort((a, b) => inOrder(a.path, b.path));
  return [...shelves.values()].sort((a, b) => inOrder(a.folder, b.folder));
}

function countBy(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
