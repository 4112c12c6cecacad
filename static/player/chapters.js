// Chapters: marks and names on the seek bar, and a menu.

import { clockTime } from "../shared/address.js";

const video = document.getElementById("video");
const button = document.getElementById("chapters-button");
const menu = document.getElementById("chapters-menu");

let marks = null; // the text track from which media-chrome takes the marks; it cannot be removed, only emptied

menu.addEventListener("change", () => (video.currentTime = Number(menu.value)));
menu.addEventListener("toggle", checkCurrent);

/** Takes the film's chapters, [{start, title}], in the order of their start. One without a title shows its number. */
export function openChapters(chapters, duration) {
  closeChapters();
  if (chapters.length < 2) return;
  marks ??= video.addTextTrack("chapters", "Chapters");
  marks.mode = "hidden";
  chapters.forEach(({ start, title: given }, index) => {
    const title = given ?? `Chapter ${index + 1}`;
    const end = chapters[index + 1]?.start ?? Math.max(duration ?? 0, start + 1);
    if (end > start) marks.addCue(new VTTCue(start, end, title));
    menu.append(item(start, title));
  });
  button.hidden = false;
}

export function closeChapters() {
  button.hidden = true;
  menu.replaceChildren();
  for (const cue of [...(marks?.cues ?? [])]) marks.removeCue(cue);
}

function item(start, title) {
  const chapter = document.createElement("media-chrome-menu-item");
  const time = document.createElement("span");
  time.className = "chapter-time";
  time.textContent = clockTime(start);
  chapter.append(time, title);
  chapter.setAttribute("type", "radio");
  chapter.setAttribute("value", start);
  return chapter;
}

function checkCurrent() {
  if (menu.hidden) return;
  const begun = [...menu.children].filter((chapter) => Number(chapter.value) <= video.currentTime);
  for (const chapter of menu.children) chapter.checked = chapter === begun.at(-1);
}
