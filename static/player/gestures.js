// Gestures on the picture: a double tap on one side skips, a double click switches full screen.

import { element } from "../shared/element.js";
import { toggleFullscreen } from "./controls.js";
import { skip } from "./keys.js";

const DOUBLE_TAP_MS = 300;
const SKIP_S = 10;
const SIDE = 0.4; // of the picture's width

const video = element("video", HTMLVideoElement);

let last = { at: 0, side: 0 };
let pointer = ""; // the type of the last pointer, which dblclick does not tell

video.addEventListener("pointerup", (event) => {
  pointer = event.pointerType;
  if (pointer === "touch") onTap(event);
});
video.addEventListener("dblclick", () => pointer !== "touch" && toggleFullscreen());

/** @param {PointerEvent} event */
function onTap(event) {
  const side = sideOf(event);
  const double = event.timeStamp - last.at < DOUBLE_TAP_MS && side === last.side && side !== 0;
  last = { at: event.timeStamp, side };
  if (!double) return;
  skip(side * SKIP_S);
  video.dispatchEvent(new CustomEvent("skipped", { bubbles: true, detail: side * SKIP_S }));
}

/**
 * -1: the left side, 1: the right one, 0: between them.
 * @param {PointerEvent} event
 */
function sideOf({ clientX }) {
  const { left, width } = video.getBoundingClientRect();
  const place = (clientX - left) / width;
  if (place < SIDE) return -1;
  return place > 1 - SIDE ? 1 : 0;
}
