// A shelf: cards below a heading, in a grid or in a row.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Entry } from "./entries.js" */

/**
 * `address` is the query to which the heading leads ("": nowhere). `folder` is the folder that all films of the shelf are
 * in ("": they have none of their own). `series` is what they are episodes of, or null. A `row` scrolls sideways. A `wide`
 * shelf has covers of 16:9, for pictures of the films; others have covers of 2:3, for posters. `total` is how many there
 * are where the heading leads; 0: that is not said.
 * @typedef {object} Shelf
 * @property {string} key
 * @property {string} heading
 * @property {string} address
 * @property {string} folder
 * @property {string | null} series
 * @property {boolean} row
 * @property {boolean} wide
 * @property {number} total
 * @property {Entry[]} entries
 */

/**
 * It is wide unless one of its films has a year, or one of its series a poster: films with years mostly have posters, others
 * pictures.
 * @param {string} key
 * @param {string} heading
 * @param {Entry[]} entries
 * @param {Partial<Shelf>} more
 * @returns {Shelf}
 */
export function shelf(key, heading, entries, more = {}) {
  const wide = !entries.some((entry) => (entry.series === null ? isFilmOfAYear(entry.movies[0]) : entry.movies.some((episode) => episode.series_poster)));
  const total = more.row ? 0 : entries.length;
  return { key, heading, address: "", folder: "", series: null, row: false, wide, total, entries, ...more };
}

/** @param {Movie} movie */
function isFilmOfAYear({ year, series }) {
  return year !== undefined && series === undefined;
}
