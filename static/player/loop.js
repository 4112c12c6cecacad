// The loop between A and B over the film that plays.

/** @import { Loop } from "./ab-loop.js" */

import { loopedTime, pressLoop } from "./ab-loop.js";
import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";
import { note } from "../shared/note.js";

const video = element("video", HTMLVideoElement);

/** @type {Loop | null} */
let loop = null;

video.addEventListener("timeupdate", goBack);
video.addEventListener("emptied", endLoop);

/** Sets A, then B, then ends the loop. */
export function markLoop() {
  if (video.readyState === 0) return;
  loop = pressLoop(loop, video.currentTime);
  note(loop === null ? "Loop off" : loop.b === null ? `Loop from ${clockTime(loop.a)}: press again at its end` : `Loop ${loopInWords()}`);
}

export function endLoop() {
  loop = null;
}

/** "Off", "From 0:10", or "0:10 – 0:20". */
export function loopInWords() {
  if (loop === null) return "Off";
  return loop.b === null ? `From ${clockTime(loop.a)}` : `${clockTime(loop.a)} – ${clockTime(loop.b)}`;
}

function goBack() {
  const time = video.seeking ? null : loopedTime(loop, video.currentTime);
  if (time === null) return;
  video.currentTime = time;
  if (video.ended) video.play().catch(() => {});
}
