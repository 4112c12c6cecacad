// How far a finger that moves over the picture seeks.

const LEAST_S = 90; // across the whole picture: enough to leave a scene,
const PART = 1 / 20; // and in a long film this part of it more

/**
 * The second that the finger leads to, from `time`. `moved` is the way to the right, as a share of the picture's width.
 * @param {number} time
 * @param {number} moved
 * @param {number} duration
 */
export function scrubbedTime(time, moved, duration) {
  const across = Math.min(duration, LEAST_S + duration * PART);
  return Math.min(Math.max(0, time + moved * across), duration);
}

/**
 * "+0:10", "−1:05": how far from `time` the finger has led.
 * @param {number} seconds
 * @param {(time: number) => string} clock
 */
export function differenceInWords(seconds, clock) {
  return `${seconds < 0 ? "−" : "+"}${clock(Math.abs(seconds))}`;
}
