// Where the frames of a film are.

const USUAL_RATE = 24; // frames a second, where the film's own rate is not known
const ROUNDING = 0.01; // of a frame: browsers round times

/**
 * The second of the frame `steps` after the one that shows at `time`; negative: before it. It is in the middle of the frame,
 * so that no rounding leads to the one beside it.
 * @param {number} time
 * @param {number} steps
 * @param {number} [rate]
 */
export function steppedTime(time, steps, rate = USUAL_RATE) {
  const shown = Math.floor(time * rate + ROUNDING);
  return Math.max(0, shown + steps + 0.5) / rate;
}
