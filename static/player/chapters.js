// Chapters: marks and names on the seek bar, and a page of the menu.

/** @import { Chapter } from "../shared/movies.js" */
/** @import { Page } from "./menu.js" */

import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);
const button = element("chapters-button");

/** @type {TextTrack | null} */
let marks = null; // media-chrome draws the marks from it; it cannot be removed, only emptied
/** @type {{ start: number, title: string }[]} */
let named = [];

/**
 * Shows the film's chapters, which are in the order of their start. A chapter without a title shows its number.
 * @param {Chapter[]} chapters
 * @param {number} [duration]
 */
export function openChapters(chapters, duration) {
  closeChapters();
  if (chapters.length < 2) return;
  const track = (marks ??= video.addTextTrack("chapters", "Chapters"));
  track.mode = "hidden";
  named = chapters.map(({ start, title: given }, index) => {
    const title = given ?? `Chapter ${index + 1}`;
    const end = chapters[index + 1]?.start ?? Math.max(duration ?? 0, start + 1);
    if (end > start) track.addCue(new VTTCue(start, end, title));
    return { start, title };
  });
  button.hidden = false;
}

export function closeChapters() {
  button.hidden = true;
  named = [];
  for (const cue of [...(marks?.cues ?? [])]) marks?.removeCue(cue);
}

/** @returns {Page} */
export function chaptersPage() {
  const begun = named.filter(({ start }) => start <= video.currentTime).length;
  const items = named.map(({ start, title: name }, index) => ({
    name,
    lead: clockTime(start),
    checked: index === begun - 1,
    act: () => (video.currentTime = start),
  }));
  return { name: "Chapters", items };
}
