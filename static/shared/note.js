// A note over the picture: a few words, and at most one button, for a moment.

import { element } from "./element.js";

const SHOWN_MS = 1_500;
const READING_MS = 60; // for each character
const SHOWN_WITH_ACT_MS = 8_000;

let timer = 0;
/** @type {string | null} */
let kindShown = null;
let act = () => {};

element("stage-act").addEventListener("click", () => {
  hideNote();
  act();
});

/**
 * Shows the words, and a button if `label` is given. A note with a `kind` stays until that kind is hidden; meanwhile notes
 * without a kind are not shown.
 * @param {string} words
 * @param {string | null} label
 * @param {() => void} acted
 * @param {string | null} kind
 */
export function note(words, label = null, acted = () => {}, kind = null) {
  if (kindShown !== null && kind === null) return;
  clearTimeout(timer);
  kindShown = kind;
  act = acted;
  if (element("stage-words").textContent !== words) element("stage-words").textContent = words; // a live region
  element("stage-act").hidden = label === null;
  element("stage-act").textContent = label ?? "";
  element("stage-note").hidden = false;
  if (kind === null) timer = setTimeout(hideNote, label === null ? Math.max(SHOWN_MS, words.length * READING_MS) : SHOWN_WITH_ACT_MS);
}

/**
 * Hides the note; with a kind, only one of that kind.
 * @param {string} [kind]
 */
export function hideNote(kind) {
  if (kind !== undefined && kind !== kindShown) return;
  clearTimeout(timer);
  kindShown = null;
  element("stage-note").hidden = true;
  element("stage-words").textContent = "";
}
