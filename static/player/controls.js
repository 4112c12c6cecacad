// The player's controls: media-chrome's elements around the <video>, loaded once the first film plays.

import { element } from "../shared/element.js";

const SCRIPT = "static/vendor/media-chrome/media-chrome.js";
const PATIENCE_MS = 3_000; // with a film that does not play yet; until then the browser's own controls are there

/** @type {HTMLVideoElement & { webkitEnterFullscreen?: () => void }} */
const video = element("video", HTMLVideoElement);

/** @type {Promise<void> | null} */
let loading = null;

/**
 * Loads media-chrome, once, and not before the first picture: its script would take the link and the processor from that. If
 * the script is missing (it comes from npm), the browser's own controls stay.
 */
export function loadControls() {
  loading ??= playsOrWaited().then(load);
  return loading;
}

/** @returns {Promise<unknown>} */
function playsOrWaited() {
  return new Promise((resolve) => {
    video.addEventListener("timeupdate", resolve, { once: true });
    setTimeout(resolve, PATIENCE_MS);
  });
}

/** @returns {Promise<void>} */
function load() {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.addEventListener("load", () => resolve(takeOver()));
    script.addEventListener("error", () => resolve());
    document.head.append(script);
  });
}

function takeOver() {
  video.controls = false;
  element("screen").removeAttribute("tabindex"); // it holds the controls but is none
}

/** Switches full screen on or off, with our controls and notes in it. iPhones can only show the <video> itself. */
export function toggleFullscreen() {
  const stage = element("stage");
  if (document.fullscreenElement) document.exitFullscreen();
  else if (stage.requestFullscreen) stage.requestFullscreen();
  else video.webkitEnterFullscreen?.();
}

export function togglePictureInPicture() {
  if (document.pictureInPictureElement) document.exitPictureInPicture();
  else if (video.readyState > 0) video.requestPictureInPicture?.().catch(() => {}); // the browser or the film has none
}
