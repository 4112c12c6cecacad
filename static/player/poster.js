// The poster of the open film, which the <video> shows until the film plays.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { loadPicture } from "../shared/picture.js";

const video = element("video", HTMLVideoElement);

/** @type {HTMLImageElement | null} */
let wanted = null; // the poster of the open film

/**
 * Shows the film's poster, if it has one. It is loaded as an image first, since a <video> does not say that its poster did not
 * load.
 * @param {Movie} movie
 */
export function openPoster({ poster }) {
  closePoster();
  if (poster === undefined) return;
  const url = serverUrl(poster);
  const picture = new Image();
  wanted = picture;
  picture.addEventListener("load", () => {
    if (wanted === picture) video.poster = url;
  });
  loadPicture(picture, url, () => wanted === picture);
}

export function closePoster() {
  wanted = null;
  video.removeAttribute("poster");
}
