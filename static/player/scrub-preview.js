// Where a finger on the picture leads: the storyboard's picture of that place, and its time.

import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";
import { tileAt } from "./storyboard.js";

const preview = element("scrub-preview");
const picture = element("scrub-picture");
const FULL_WIDTH_PX = 240;

/**
 * @param {number} time
 * @param {string} difference
 */
export function showPreview(time, difference) {
  element("scrub-time").textContent = clockTime(time);
  element("scrub-difference").textContent = difference;
  const tile = tileAt(time);
  picture.hidden = tile === null;
  if (tile) {
    const [x, y, width, height] = tile.place;
    const style = { width: `${width}px`, height: `${height}px`, zoom: String(FULL_WIDTH_PX / Math.max(width, height)) };
    Object.assign(picture.style, style, { backgroundImage: `url("${tile.sheet}")`, backgroundPosition: `${-x}px ${-y}px` });
  }
  preview.hidden = false;
}

export function hidePreview() {
  preview.hidden = true;
}
