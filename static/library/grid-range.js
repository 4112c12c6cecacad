// Which cards of a long grid are on the page: those on the screen, and those of some screens above and below.

/**
 * Lengths in pixels. `top` is where the grid begins, seen from the top of the screen; `pitch` is from line to line.
 * @typedef {{ top: number, pitch: number, columns: number, count: number, screen: number }} Grid
 */

/**
 * The cards that are on the screen or at most so many screens away, from `first` to before `end`, in whole lines.
 * @param {Grid} grid
 * @param {number} screens
 */
export function cardsNear({ top, pitch, columns, count, screen }, screens) {
  const lines = Math.ceil(count / columns);
  const line = (/** @type {number} */ y) => Math.max(0, Math.min(lines, Math.floor(y / pitch)));
  const first = line(-top - screens * screen) * columns;
  const end = Math.min(count, (line(-top + (1 + screens) * screen) + 1) * columns);
  return { first: Math.min(first, end), end };
}
