// Which sound track suits the viewer, and what the tracks are called.

/** @import { SoundChoice } from "../shared/preferences.js" */

import { soundKinds } from "../shared/words.js";
import { speaks } from "./caption-choice.js";

/**
 * What is known of a sound track.
 * @typedef {{
 *   language?: string, label?: string, default?: boolean, channels?: number,
 *   commentary?: boolean, described?: boolean, hearing_impaired?: boolean,
 * }} Sound
 */

/** @type {Record<number, string>} */
const LAYOUTS = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" };

/**
 * What to remember of the choice of a sound.
 * @param {Sound} sound
 * @param {Sound[]} sounds all that there were to choose from
 * @returns {SoundChoice}
 */
export function choiceOf(sound, sounds) {
  const { language, label } = sound;
  const hasLayouts = sounds.some((other) => isAlike(sound, other) && isSurround(sound) !== isSurround(other));
  return { language, label, ...(hasLayouts && { surround: isSurround(sound) }) };
}

/**
 * The track to hear: one like the viewer's last choice; else, of those that are meant for all, the film's default, or the
 * first. MP4 files have a default even if nobody has set one. Of tracks that differ in their channels alone, it
 * is one with as many as were chosen, if any were. Undefined: there is no track.
 * @template {Sound} T
 * @param {T[]} sounds
 * @param {SoundChoice} [choice]
 */
export function suitableSound(sounds, choice) {
  const spoken = choice?.language === undefined ? [] : sounds.filter(({ language }) => speaks([choice.language], language));
  const alike = spoken.filter(({ label }) => label === choice?.label);
  const found = byDefault(alike) ?? byDefault(spoken) ?? byDefault(sounds);
  if (found === undefined || choice?.surround === undefined) return found;
  return sounds.find((sound) => isAlike(sound, found) && isSurround(sound) === choice.surround) ?? found;
}

/**
 * "English – Director (commentary)", "English (stereo)": what the menu shows, in the viewer's language. The layout tells apart what would be
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
  const forAll = sounds.filter((sound) => soundKinds(sound).length === 0);
  const some = forAll.length > 0 ? forAll : sounds;
  return some.find((sound) => sound.default) ?? some[0];
}

/** @param {Sound} sound */
function isSurround({ channels = 0 }) {
  return channels > 2;
}

/**
 * Whether the two differ in their channels alone, or not at all.
 * @param {Sound} one
 * @param {Sound} other
 */
function isAlike(one, other) {
  const isSame = one.language === other.language && one.label === other.label;
  return isSame && soundKinds(one).join() === soundKinds(other).join();
}

/**
 * @param {Sound} sound
 * @param {Intl.DisplayNames} words
 */
function nameOf(sound, words) {
  const { language, label } = sound;
  const spoken = language && words.of(language);
  const told = label && spoken && label.toLowerCase().includes(spoken.toLowerCase());
  const name = told ? label : [spoken, label].filter(Boolean).join(" – ") || "Sound";
  const kinds = soundKinds(sound).filter((kind) => !name.toLowerCase().includes(kind));
  return kinds.length > 0 ? `${name} (${kinds.join(", ")})` : name;
}

/**
 * @param {string} name
 * @param {string[]} names
 */
function isRepeated(name, names) {
  return names.filter((other) => other === name).length > 1;
}
