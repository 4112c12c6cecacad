// The large button on the picture of a film that the browser does not let play by itself.

import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);
const button = element("play-blocked");

video.addEventListener("canplay", tryToPlay);
for (const event of ["play", "emptied"]) video.addEventListener(event, () => (button.hidden = true));
button.addEventListener("click", () => video.play().catch(() => {}));

/** A browser that refuses `autoplay` says nothing. So it is asked once more. */
async function tryToPlay() {
  if (!video.autoplay || !video.paused || video.played.length > 0) return;
  try {
    await video.play();
  } catch (error) {
    button.hidden = !(error instanceof DOMException && error.name === "NotAllowedError");
  }
}
