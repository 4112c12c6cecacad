// The shape of the screen: 16:9, but tall for a film that stands upright.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);
const stage = element("stage");

for (const event of ["loadedmetadata", "resize"]) {
  video.addEventListener(event, () => video.videoWidth && shape(video.videoWidth, video.videoHeight));
}

/**
 * By what is known of the film, so that nothing jumps when it comes.
 * @param {Movie} movie
 */
export function openShape({ video: picture }) {
  shape(picture?.width ?? 0, picture?.height ?? 0);
}

/**
 * @param {number} width
 * @param {number} height
 */
function shape(width, height) {
  stage.classList.toggle("upright", height > width);
  stage.style.setProperty("--shape", `${width} / ${height}`);
}
