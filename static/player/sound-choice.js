// Which sound track suits the viewer, and what the tracks are called.

/** @import { SoundChoice } from "../shared/preferences.js" */

import { speaks } from "./caption-choice.js";

/**
 * What is known of a sound track.
 * @typedef {{ language?: string, label?: string, default?: boolean, channels?: number }} Sound
 */

/** @type {Record<number, string>} */
const LAYOUTS = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

/**
 * The track to hear: one like the viewer's last choice; else the film's default, or its first. Undefined: there is none.
 * @template {Sound} T
 * @param {T[]} sounds
 * @param {SoundChoice} [choice]
 */
export function suitableSound(sounds, choice) {
  const spoken = choice?.language === undefined ? [] : sounds.filter(({ language }) => speaks([choice.language], language));
  const alike = spoken.find(({ label }) => label === choice?.label);
  return alike ?? byDefault(spoken) ?? byDefault(sounds);
}

/**
 * "English – Commentary (stereo)": what the menu shows, in the viewer's language. The layout tells apart what would be
 * called the same; a number, what still would be.
 * @param {Sound[]} sounds
 * @param {readonly string[]} languages
 */
export function soundNames(sounds, languages) {
  const words = new Intl.DisplayNames(languages, { type: "language" });
  const plain = sounds.map((sound) => nameOf(sound, words));
  const names = plain.map((name, index) => {
    const layout = LAYOUTS[sounds[index].channels ?? 0];
    return layout && isRepeated(name, plain) ? `${name} (${layout})` : name;
  });
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before ? `${name} ${before + 1}` : name;
  });
}

/**
 * @template {Sound} T
 * @param {T[]} sounds
 */
function byDefault(sounds) {
  return sounds.find((sound) => sound.default) ?? sounds[0];
}

/**
 * @param {Sound} sound
 * @param {Intl.DisplayNames} words
 */
function nameOf({ language, label }, words) {
  const spoken = language && words.of(language);
  const told = label && spoken && label.toLowerCase().includes(spoken.toLowerCase());
  return told ? label : [spoken, label].filter(Boolean).join(" – ") || "Sound";
}

/**
 * @param {string} name
 * @param {string[]} names
 */
function isRepeated(name, names) {
  return names.filter((other) => other === name).length > 1;
}
