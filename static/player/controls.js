// The player's controls: media-chrome's elements around the <video>, and what belongs to them, loaded once the first film
// plays.

/** @typedef {typeof import("./cinema.js")} Cinema */

import { element } from "../shared/element.js";
import { pauseFor } from "../shared/reconnect.js";

const SCRIPT = "static/vendor/media-chrome/media-chrome.js";
const STYLE = "static/player/cinema.css";
const PATIENCE_MS = 3_000; // with a film that does not play yet; until then the browser's own controls are there

const PAUSES_MS = [1_000, 4_000, 15_000, 60_000]; // before each further try; they end when the network is back
const never = new AbortController().signal;

/** @type {HTMLVideoElement & { webkitEnterFullscreen?: () => void }} */
const video = element("video", HTMLVideoElement);

/** @type {Promise<Cinema> | null} */
let loading = null;

/**
 * Loads the controls, once, and not before the first picture: they would take the link and the processor from that. While
 * media-chrome does not come (it comes from npm, so it may be missing), the browser's own controls stay.
 * @returns {Promise<Cinema>}
 */
export function loadControls() {
  loading ??= playsOrWaited().then(async () => {
    const came = await load();
    const cinema = await import("./cinema.js"); // it adds to what media-chrome says of its elements
    if (came) takeOver();
    else loadAgain();
    return cinema;
  });
  return loading;
}

async function loadAgain() {
  for (const pause of PAUSES_MS) {
    await pauseFor(pause, never);
    if (await load()) return takeOver();
  }
}

/** @returns {Promise<unknown>} */
function playsOrWaited() {
  return new Promise((resolve) => {
    video.addEventListener("timeupdate", resolve, { once: true });
    setTimeout(resolve, PATIENCE_MS);
  });
}

/** The look comes first, so that the controls never show without it. Answers whether both came. */
async function load() {
  const hasLook = await loadInto(Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLE }));
  return hasLook && loadInto(Object.assign(document.createElement("script"), { src: SCRIPT }));
}

/**
 * Adds what is to be loaded to the page, and answers whether it came.
 * @param {HTMLElement} part
 * @returns {Promise<boolean>}
 */
function loadInto(part) {
  return new Promise((resolve) => {
    part.addEventListener("load", () => resolve(true));
    part.addEventListener("error", () => {
      part.remove();
      resolve(false);
    });
    document.head.append(part);
  });
}

/** Once buttons do what they say: a click before that would be lost. */
function takeOver() {
  video.controls = false;
  element("control-bar").inert = false;
  element("captions-button").setAttribute("role", "switch"); // media-chrome gives a button the state of a switch
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
