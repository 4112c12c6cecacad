// The folders within a folder that hold more than one film.

/** @import { Movie } from "../shared/movies.js" */

import { libraryAddress } from "../shared/address.js";
import { inOrder } from "../shared/order.js";

/**
 * @param {Movie[]} films
 * @param {string} folder
 */
export function foldersIn(films, folder) {
  const start = folder ? folder.length + 1 : 0;
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { path } of films) {
    const end = path.indexOf("/", start);
    if (end > 0) counts.set(path.slice(start, end), (counts.get(path.slice(start, end)) ?? 0) + 1);
  }
  const names = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
  return names.sort(inOrder).map((name) => ({ name, address: libraryAddress({ folder: folder ? `${folder}/${name}` : name }) }));
}
