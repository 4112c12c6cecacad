// Which sound and which subtitles the viewer chose last: for a series, and for all else.

/** @import { CaptionChoice, Preferences, SoundChoice } from "./preferences.js" */

/** @typedef {{ captions?: CaptionChoice, sound?: SoundChoice }} Tracks */

const MOST_SERIES = 200; // that are remembered

/**
 * What was chosen for the series; else what was chosen last.
 * @param {Preferences} preferences
 * @param {string} [series]
 * @returns {Tracks}
 */
export function tracksFor({ captions, sound, series: remembered = [] }, series) {
  const [, own] = remembered.find(([name]) => name === series) ?? [];
  return { captions: own?.captions ?? captions, sound: own?.sound ?? sound };
}

/**
 * What to keep of a choice: it is the last one, and that of the series, if the film is of one. The series that was chosen
 * for longest ago is forgotten.
 * @param {Preferences} preferences
 * @param {string | undefined} series
 * @param {Tracks} choice
 * @returns {Preferences}
 */
export function withTracks({ series: remembered = [] }, series, choice) {
  if (series === undefined) return choice;
  const before = remembered.find(([name]) => name === series)?.[1];
  const others = remembered.filter(([name]) => name !== series);
  return { ...choice, series: [...others, /** @type {[string, Tracks]} */ ([series, { ...before, ...choice }])].slice(-MOST_SERIES) };
}
