// Full screen turns a phone the way that the film is.

import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);

/** @type {ScreenOrientation & { lock?: (orientation: "landscape" | "portrait") => Promise<void> }} */
const orientation = screen.orientation;

document.addEventListener("fullscreenchange", turn);
video.addEventListener("loadedmetadata", turn);

function turn() {
  if (document.fullscreenElement === null || video.videoWidth === 0) return; // leaving full screen turns it back
  const lock = orientation?.lock?.(video.videoWidth > video.videoHeight ? "landscape" : "portrait");
  lock?.catch(() => {}); // a desktop cannot be turned
}
