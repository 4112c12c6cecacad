// Keeps the screen on while a film plays (https://www.w3.org/TR/screen-wake-lock/).

import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);

/** @type {WakeLockSentinel | null} */
let lock = null;
let asking = false; // what changes meanwhile is seen at its end

for (const event of ["playing", "pause", "ended", "emptied"]) video.addEventListener(event, follow);
document.addEventListener("visibilitychange", follow); // a hidden page loses its lock
follow();

async function follow() {
  if (asking) return;
  asking = true;
  let wanted;
  do {
    wanted = isWanted();
    if (!wanted) await lock?.release();
    else if (lock?.released ?? true) lock = await ask();
  } while (wanted !== isWanted());
  asking = false;
}

function isWanted() {
  return !video.paused && !video.ended && !document.hidden && "wakeLock" in navigator;
}

/** Null: refused, as with little battery. */
async function ask() {
  return navigator.wakeLock.request("screen").catch(() => null);
}
