// The sounds that are to choose from, and what was chosen.

/** @import { Item } from "./menu.js" */
/** @import { Track } from "./segments/film-index.js" */

import { prefer } from "../shared/preferences.js";
import { soundNames } from "./sound-choice.js";
import { changeSound } from "./stream.js";

/** @type {Track[]} */
let sounds = [];
/** @type {Track | undefined} */
let heard;

/**
 * Takes the sounds that there are to choose from.
 * @param {Track[]} tracks
 * @param {Track | undefined} first
 */
export function openSounds(tracks, first) {
  sounds = tracks;
  heard = first;
}

export function closeSounds() {
  sounds = [];
}

/** @returns {Item[]} */
export function soundChoices() {
  const names = soundNames(sounds, navigator.languages);
  return sounds.map((sound, index) => ({ name: names[index], checked: sound === heard, act: () => choose(sound) }));
}

/** @param {Track} sound */
function choose(sound) {
  heard = sound;
  const { language, label } = sound;
  prefer({ sound: { language, label } });
  changeSound(sound);
}
