// The large button on the picture of a film that the browser does not let play by itself.

import { element } from "../shared/element.js";

const MOMENT_MS = 300; // between what is loaded and what plays

const video = element("video", HTMLVideoElement);
const button = element("play-blocked");

// Browsers do not say that they refuse to play. Some load no more than the film's head then, and fire `suspend` alone.
for (const event of ["canplaythrough", "suspend"]) video.addEventListener(event, () => setTimeout(offerPlay, MOMENT_MS));
for (const event of ["play", "emptied"]) video.addEventListener(event, () => (button.hidden = true));
button.addEventListener("click", () => video.play().catch(() => {}));

function offerPlay() {
  if (video.autoplay && video.paused && video.readyState > 0 && video.played.length === 0) button.hidden = false;
}
