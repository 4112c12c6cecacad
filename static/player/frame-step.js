// Frame by frame through the film.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { steppedTime } from "./frames.js";

const video = element("video", HTMLVideoElement);

/** @type {number | undefined} */
let rate; // of the film that is open, in frames a second

/** @param {Movie} movie */
export function openFrames(movie) {
  rate = movie.video?.frame_rate;
}

/**
 * Pauses, and shows the frame so many steps on (negative: back).
 * @param {number} steps
 */
export function stepFrame(steps) {
  if (video.readyState === 0) return;
  video.pause();
  video.currentTime = Math.min(steppedTime(video.currentTime, steps, rate), video.duration);
}
