// A small picture of the place that is sought, from the storyboard, until the film's own picture is there.

import { element } from "../../shared/element.js";

const video = element("video", HTMLVideoElement);
const canvas = element("last-picture", HTMLCanvasElement); // stream.js hides it once the film has a picture

video.addEventListener("seeking", showPlace);

async function showPlace() {
  const time = video.currentTime;
  const tile = isBuffered(time) ? null : tileAt(time);
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
function tileAt(time) {
  const element = video.querySelector("track.thumbnails");
  if (!(element instanceof HTMLTrackElement)) return null;
  const cue = [...(element.track.cues ?? [])].find(({ startTime, endTime }) => startTime <= time && time < endTime);
  if (!(cue instanceof VTTCue)) return null;
  const [address, place] = cue.text.split("#xywh=");
  const sheet = new URL(address, element.src).href;
  if (place === undefined || performance.getEntriesByName(sheet).length === 0) return null;
  return { sheet, place: place.split(",").map(Number) };
}
