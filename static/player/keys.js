// The keys of the player, and the dialog that lists them. They are handled at the document (app.js), so they are the same
// with the browser's own controls.

import { delayCaptions, toggleCaptions } from "./captions.js";
import { toggleFullscreen, togglePictureInPicture } from "./controls.js";
import { element } from "../shared/element.js";

const SKIP_S = 10;
const STEP_S = 5;
const VOLUME_STEP = 0.1;
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const DELAY_STEP_S = 0.1;

const video = element("video", HTMLVideoElement);
const dialog = element("keys", HTMLDialogElement);

/**
 * [keys, what they do in words, act]. An act may answer with words to show.
 * @typedef {[string[], string, (key: string) => unknown]} Line
 */

/** @type {Line[]} */
const KEYS = [
  [[" ", "k"], "Play or pause", togglePlay],
  [["j", "l"], "10 seconds back or forward", (key) => skip(key === "j" ? -SKIP_S : SKIP_S)],
  [["ArrowLeft", "ArrowRight"], "5 seconds back or forward", (key) => skip(key === "ArrowLeft" ? -STEP_S : STEP_S)],
  [["Home", "End"], "To the beginning or the end", (key) => jump(key === "Home" ? 0 : 1)],
  [["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "To 0 % … 90 % of the film", (key) => jump(Number(key) / 10)],
  [["ArrowUp", "ArrowDown"], "Louder or quieter", (key) => changeVolume(key === "ArrowUp" ? 1 : -1)],
  [[",", "."], "One frame back or on", async (key) => (await import("./frame-step.js")).stepFrame(key === "," ? -1 : 1)],
  [["s"], "Skip intro, recap or credits", () => element("skip-part").click()],
  [["r"], "Play from the beginning", replay],
  [["b"], "Loop: its beginning, its end, off", async () => (await import("./loop.js")).markLoop()],
  [["z"], "Sleep timer", async () => (await import("./sleep.js")).chooseNextSleep()],
  [["m"], "Sound off or on", () => (video.muted = !video.muted) && "Sound off"],
  [["c"], "Captions off or on", toggleCaptions],
  [["g", "h"], "Captions earlier or later", (key) => moveCaptions(key === "g" ? -DELAY_STEP_S : DELAY_STEP_S)],
  [["<", ">"], "Slower or faster", (key) => changeSpeed(key === "<" ? -1 : 1)],
  [["f"], "Full screen", toggleFullscreen],
  [["i"], "Picture in picture", togglePictureInPicture],
  [["n", "p"], "Next or previous film of the folder", (key) => element(key === "n" ? "next-film" : "previous-film").click()],
  [["?"], "This list", showKeys],
];
/** @type {Record<string, string>} */
const SIGNS = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

const acts = new Map(KEYS.flatMap(([keys, , act]) => keys.map((key) => /** @type {const} */ ([key, act]))));

element("show-keys").addEventListener("click", showKeys);
element("keys-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

/**
 * Does what the key stands for, unless the focused control uses the key itself. Answers the words to show, maybe "", or null
 * if nothing was done.
 * @param {KeyboardEvent} event
 */
export function pressKey(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = acts.get(key);
  if (act === undefined || dialog.open || isUsedBy(event.target, key)) return null;
  const words = act(key);
  return typeof words === "string" ? words : "";
}

/**
 * @param {EventTarget | null} target
 * @param {string} key
 */
function isUsedBy(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("[role^=menu]")) return true;
  if (target.localName === "media-volume-range") return key.startsWith("Arrow") || key === "Home" || key === "End";
  return key === " " && target.closest("a, button, [role=button], [role=switch]") !== null;
}

export function togglePlay() {
  if (video.paused) video.play().catch(() => {}); // a film that is refused stays paused; errors are shown by others
  else video.pause();
}

/**
 * Goes forward by so many seconds (negative: back), within the film.
 * @param {number} seconds
 */
export function skip(seconds) {
  video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), video.duration || Infinity);
}

export function replay() {
  video.currentTime = 0;
  if (video.paused) togglePlay();
}

/** @param {number} part */
function jump(part) {
  if (Number.isFinite(video.duration)) video.currentTime = video.duration * part;
}

/** @param {number} direction */
function changeVolume(direction) {
  video.muted = false;
  video.volume = Math.min(1, Math.max(0, Math.round((video.volume + direction * VOLUME_STEP) * 10) / 10));
  return `Volume ${Math.round(video.volume * 100)} %`;
}

/** @param {number} direction */
function changeSpeed(direction) {
  const nearest = SPEEDS.findIndex((speed) => speed >= video.playbackRate);
  video.playbackRate = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, nearest + direction))];
  return `Speed ${video.playbackRate}×`;
}

/** @param {number} seconds */
function moveCaptions(seconds) {
  const delay = delayCaptions(seconds);
  return delay === 0 ? "Captions on time" : `Captions ${Math.abs(delay).toFixed(1)} s ${delay > 0 ? "later" : "earlier"}`;
}

export function showKeys() {
  if (!element("keys-list").hasChildNodes()) element("keys-list").append(...KEYS.map(line));
  dialog.showModal();
}

/** @param {Line} each */
function line([keys, words]) {
  const [term, description] = [document.createElement("dt"), document.createElement("dd")];
  const shown = keys.length > 2 ? [keys[0], "…", keys[keys.length - 1]] : keys;
  for (const key of shown) {
    const sign = document.createElement(key === "…" ? "span" : "kbd");
    sign.textContent = SIGNS[key] ?? key;
    term.append(sign);
  }
  description.textContent = words;
  const both = document.createElement("div");
  both.append(term, description);
  return both;
}
