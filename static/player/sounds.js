// The sounds that are to choose from, and what was chosen.

/** @import { Item } from "./menu.js" */
/** @import { Track } from "./segments/film-index.js" */

import { prefer, preferences } from "../shared/preferences.js";
import { choiceOf, soundNames } from "./sound-choice.js";
import { changeSound } from "./stream.js";
import { withTracks } from "../shared/track-memory.js";

/** @type {Track[]} */
let sounds = [];
/** @type {Track | undefined} */
let heard;
/** @type {string | undefined} */
let series; // of the film that is open

/**
 * Takes the sounds that there are to choose from in a film of the series.
 * @param {Track[]} tracks
 * @param {Track | undefined} first
 * @param {string} [ofSeries]
 */
export function openSounds(tracks, first, ofSeries) {
  sounds = tracks;
  series = ofSeries;
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
  prefer(withTracks(preferences(), series, { sound: choiceOf(sound, sounds) }));
  changeSound(sound);
}
