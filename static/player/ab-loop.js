// A loop between two seconds of a film, A and B.

/** @typedef {{ a: number, b: number | null }} Loop `b` is null until it is set */

const SHORTEST_S = 0.5;

/**
 * The loop after another press at the second: first A is set, then B, then there is none.
 * @param {Loop | null} loop
 * @param {number} time
 * @returns {Loop | null}
 */
export function pressLoop(loop, time) {
  if (loop === null) return { a: time, b: null };
  if (loop.b !== null) return null;
  const [a, b] = [loop.a, time].sort((one, other) => one - other);
  return { a, b: Math.max(b, a + SHORTEST_S) };
}

/**
 * Where to go on from the second; null: it is not at the end of the loop.
 * @param {Loop | null} loop
 * @param {number} time
 */
export function loopedTime(loop, time) {
  return loop !== null && loop.b !== null && time >= loop.b ? loop.a : null;
}
