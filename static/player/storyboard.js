// The small pictures of the film's storyboard.

import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);

/**
 * The sheet that has the picture of a second; its `index` (from 0), and its place: x, y, width and height in pixels. It
 * stands for the seconds from `start` to `end`. Null: there is none, or the storyboard is not loaded yet.
 * @param {number} time
 */
export function tileAt(time) {
  const element = video.querySelector("track.thumbnails");
  if (!(element instanceof HTMLTrackElement)) return null;
  const cues = [...(element.track.cues ?? [])];
  const index = cues.findIndex(({ startTime, endTime }) => startTime <= time && time < endTime);
  const cue = cues[index];
  if (!(cue instanceof VTTCue)) return null;
  const [address, place] = cue.text.split("#xywh=");
  if (place === undefined) return null;
  const sheet = new URL(address, element.src).href;
  return { sheet, index, place: place.split(",").map(Number), start: cue.startTime, end: cue.endTime };
}
