// Which subtitles suit the viewer, and what they are called.

/** @import { Audio, Subtitle } from "../shared/movies.js" */
/** @import { CaptionChoice } from "../shared/preferences.js" */
/** @typedef {Omit<Subtitle, "url">} Described */

const LAST = "\uffff"; // sorts unknown languages after all names

/**
 * The subtitle to show at first; undefined: none. It is one in the language that the viewer chose last; else, if the film's
 * sound is in none of the viewer's languages, one in these; else a forced one, which has only what the film's own audience
 * needs.
 * @template {Described} T
 * @param {T[]} subtitles
 * @param {Pick<Audio, "language" | "default">[]} audio
 * @param {readonly string[]} languages
 * @param {CaptionChoice} [choice]
 */
export function suitable(subtitles, audio, languages, choice) {
  const full = subtitles.filter((subtitle) => !subtitle.forced);
  const wanted = choice?.language && likeBefore(subtitles, choice);
  if (wanted) return wanted;
  const spoken = (audio.find((track) => track.default) ?? audio[0])?.language;
  const foreign = spoken !== undefined && !speaks(languages, spoken);
  if (foreign && choice?.off !== true) {
    for (const language of languages) {
      const understood = full.find((subtitle) => speaks([language], subtitle.language));
      if (understood) return understood;
    }
  }
  const audience = spoken === undefined ? languages : [spoken, ...languages];
  return subtitles.find(({ forced, language }) => forced && (language === undefined || speaks(audience, language)));
}

/**
 * Of those in the language of the choice, the one of the same kind, or else the first that is not forced.
 * @template {Described} T
 * @param {T[]} subtitles
 * @param {CaptionChoice} choice
 */
function likeBefore(subtitles, choice) {
  const spoken = subtitles.filter(({ language }) => speaks([choice.language], language));
  const alike = spoken.find(
    ({ label, forced = false, hearing_impaired: hard = false }) =>
      label === choice.label && forced === (choice.forced ?? false) && hard === (choice.hearing_impaired ?? false),
  );
  return alike ?? spoken.find(({ forced }) => !forced);
}

/**
 * The subtitles in the order of the menu: the viewer's languages first, then the others by name; in each language plain
 * ones first.
 * @template {Described} T
 * @param {T[]} subtitles
 * @param {readonly string[]} languages
 */
export function inOrder(subtitles, languages) {
  const names = namesIn(languages);
  /** @param {Described} subtitle */
  const rank = ({ language }) => {
    const place = languages.findIndex((known) => speaks([known], language));
    return place < 0 ? languages.length : place;
  };
  /** @param {Described} subtitle */
  const name = ({ language }) => (language && names.of(language)) || LAST;
  /** @param {Described} subtitle */
  const kind = ({ label, forced, hearing_impaired }) => (label ? 1 : 0) + (hearing_impaired ? 2 : 0) + (forced ? 4 : 0);
  return subtitles.toSorted((a, b) => rank(a) - rank(b) || name(a).localeCompare(name(b)) || kind(a) - kind(b));
}

/**
 * What the menu shows for each subtitle, in the viewer's language: "English – Songs (forced)". Equal names get numbers,
 * since the menu tells tracks apart by their names.
 * @param {Described[]} subtitles
 * @param {readonly string[]} languages
 */
export function captionNames(subtitles, languages) {
  const words = namesIn(languages);
  const names = subtitles.map((subtitle) => nameOf(subtitle, words));
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before ? `${name} ${before + 1}` : name;
  });
}

/**
 * @param {Described} subtitle
 * @param {Intl.DisplayNames} names
 */
function nameOf({ language, label, forced, hearing_impaired }, names) {
  const spoken = language && names.of(language);
  const told = label && spoken && label.toLowerCase().includes(spoken.toLowerCase());
  const name = told ? label : [spoken, label].filter(Boolean).join(" – ") || "Subtitles";
  const notes = [forced && "forced", hearing_impaired && "for the hard of hearing"].filter(Boolean);
  return notes.length ? `${name} (${notes.join(", ")})` : name;
}

/**
 * Whether the language is among the languages. Countries do not count: "en-GB" is "en".
 * @param {readonly (string | undefined)[]} languages
 * @param {string} [language]
 */
export function speaks(languages, language) {
  /** @param {string | undefined} tag */
  const base = (tag) => tag?.split("-")[0];
  return languages.some((known) => base(known) === base(language));
}

/** @param {readonly string[]} languages */
function namesIn(languages) {
  return new Intl.DisplayNames(languages, { type: "language" });
}
