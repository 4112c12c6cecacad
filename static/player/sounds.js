// The menu of the sound tracks that are to choose from, and what was chosen.

/** @import { Track } from "./segments/film-index.js" */
/** @typedef {HTMLElement & { value: string, checked: boolean }} MenuItem media-chrome's */

import { element } from "../shared/element.js";
import { prefer } from "../shared/preferences.js";
import { soundNames } from "./sound-choice.js";
import { changeSound } from "./stream.js";

const button = element("sounds-button");
const menu = element("sounds-menu");

/** @type {{ item: MenuItem, sound: Track }[]} */
let choices = [];

menu.addEventListener("change", choose);

/**
 * Offers the sounds, if there are several.
 * @param {Track[]} sounds
 * @param {Track | undefined} heard
 */
export function openSounds(sounds, heard) {
  closeSounds();
  if (sounds.length < 2) return;
  const names = soundNames(sounds, navigator.languages);
  choices = sounds.map((sound, index) => ({ sound, item: menuItem(names[index], sound === heard) }));
  menu.append(...choices.map(({ item }) => item));
  button.hidden = false;
}

export function closeSounds() {
  button.hidden = true;
  menu.replaceChildren();
  choices = [];
}

/**
 * @param {string} name
 * @param {boolean} checked
 */
function menuItem(name, checked) {
  const item = /** @type {MenuItem} */ (document.createElement("media-chrome-menu-item"));
  item.textContent = name;
  item.setAttribute("type", "radio");
  item.setAttribute("value", name);
  item.toggleAttribute("checked", checked);
  return item;
}

function choose() {
  const chosen = choices.find(({ item }) => item.checked);
  if (chosen === undefined) return;
  const { language, label } = chosen.sound;
  prefer({ sound: { language, label } });
  changeSound(chosen.sound);
}
