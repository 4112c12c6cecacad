// A small picture of the place that is sought, from the storyboard, until the film's own picture is there.

import { element } from "../../shared/element.js";
import { tileAt } from "../storyboard.js";

const video = element("video", HTMLVideoElement);
const canvas = element("last-picture", HTMLCanvasElement); // stream.js hides it once the film has a picture

video.addEventListener("seeking", showPlace);

async function showPlace() {
  const time = video.currentTime;
  const tile = isBuffered(time) ? null : loadedTile(time);
  if (tile === null) return;
  const sheet = new Image();
  sheet.src = tile.sheet;
  await sheet.decode().catch(() => {});
  if (sheet.naturalWidth === 0 || !video.seeking || video.currentTime !== time) return;
  const [x, y, width, height] = tile.place;
  Object.assign(canvas, { width, height, hidden: false });
  canvas.getContext("2d")?.drawImage(sheet, x, y, width, height, 0, 0, width, height);
}

/** @param {number} time */
function isBuffered(time) {
  const { buffered } = video;
  return [...Array(buffered.length).keys()].some((i) => buffered.start(i) <= time && time < buffered.end(i));
}

/**
 * Where the storyboard has the second; null: it has not, or is not loaded yet, and would delay the film. The preview on the
 * seek bar loads it.
 * @param {number} time
 */
function loadedTile(time) {
  const tile = tileAt(time);
  return tile !== null && performance.getEntriesByName(tile.sheet).length > 0 ? tile : null;
}
