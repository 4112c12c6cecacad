// Gestures on the picture: a finger that moves sideways seeks, a double tap on one side skips, a double click switches full
// screen.

import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";
import { toggleFullscreen } from "./controls.js";
import { skip } from "./keys.js";
import { differenceInWords, scrubbedTime } from "./scrub.js";
import { hidePreview, showPreview } from "./scrub-preview.js";

const DOUBLE_TAP_MS = 300;
const SKIP_S = 10;
const SIDE = 0.4; // of the picture's width
const SLOP_PX = 12; // a finger that taps moves up to this

const video = element("video", HTMLVideoElement);

let last = { at: 0, side: 0 };
let pointer = ""; // the type of the last pointer, which dblclick does not tell
/** @type {{ id: number, x: number, y: number, time: number, target: number | null } | null} */
let drag = null; // the finger on the picture; `target` is where it leads, once it moves sideways

video.addEventListener("pointerdown", begin);
video.addEventListener("pointermove", move);
video.addEventListener("pointerup", (event) => {
  pointer = event.pointerType;
  if (finish()) return;
  if (pointer === "touch") onTap(event);
});
video.addEventListener("pointercancel", cancel); // the page is scrolled
video.addEventListener("dblclick", () => pointer !== "touch" && toggleFullscreen());

/** @param {PointerEvent} event */
function begin({ pointerType, isPrimary, pointerId: id, clientX: x, clientY: y }) {
  cancel();
  if (pointerType === "touch" && isPrimary && video.readyState > 0) drag = { id, x, y, time: video.currentTime, target: null };
}

/** @param {PointerEvent} event */
function move({ pointerId, clientX, clientY }) {
  if (drag === null || pointerId !== drag.id || !Number.isFinite(video.duration)) return;
  const [right, down] = [clientX - drag.x, clientY - drag.y];
  if (drag.target === null && (Math.abs(right) < SLOP_PX || Math.abs(right) < Math.abs(down))) return;
  if (drag.target === null) video.setPointerCapture(drag.id);
  drag.target = scrubbedTime(drag.time, right / video.clientWidth, video.duration);
  showPreview(drag.target, differenceInWords(drag.target - drag.time, clockTime));
}

/** Answers whether the finger has sought. */
function finish() {
  const target = drag?.target ?? null;
  cancel();
  if (target !== null) video.currentTime = target;
  return target !== null;
}

function cancel() {
  drag = null;
  hidePreview();
}

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
