// Chapters: marks and names on the seek bar, and a menu.

/** @import { Chapter } from "../shared/movies.js" */
/** @typedef {HTMLElement & { value: string, checked: boolean }} MenuItem media-chrome's */

import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";

const video = element("video", HTMLVideoElement);
const button = element("chapters-button");
const menu = element("chapters-menu");

/** @type {TextTrack | null} */
let marks = null; // media-chrome draws the marks from it; it cannot be removed, only emptied
/** @type {MenuItem[]} */
let items = [];

menu.addEventListener("change", goToChosen);
menu.addEventListener("toggle", checkCurrent);

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
  items = chapters.map(({ start, title: given }, index) => {
    const title = given ?? `Chapter ${index + 1}`;
    const end = chapters[index + 1]?.start ?? Math.max(duration ?? 0, start + 1);
    if (end > start) track.addCue(new VTTCue(start, end, title));
    return item(start, title);
  });
  menu.append(...items);
  button.hidden = false;
}

export function closeChapters() {
  button.hidden = true;
  menu.replaceChildren();
  items = [];
  for (const cue of [...(marks?.cues ?? [])]) marks?.removeCue(cue);
}

/**
 * @param {number} start
 * @param {string} title
 */
function item(start, title) {
  const chapter = /** @type {MenuItem} */ (document.createElement("media-chrome-menu-item"));
  const time = document.createElement("span");
  time.className = "chapter-time";
  time.textContent = clockTime(start);
  chapter.append(time, title);
  chapter.setAttribute("type", "radio");
  chapter.setAttribute("value", String(start));
  return chapter;
}

function goToChosen() {
  const chosen = items.find(({ checked }) => checked);
  if (chosen) video.currentTime = Number(chosen.value);
}

function checkCurrent() {
  if (menu.hidden) return;
  const begun = items.filter(({ value }) => Number(value) <= video.currentTime);
  for (const chapter of items) chapter.checked = chapter === begun.at(-1);
}
