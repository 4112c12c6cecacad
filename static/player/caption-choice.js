// Which subtitles suit the viewer, and what they are called.

/** @import { Audio, Subtitle } from "../shared/movies.js" */
/** @import { CaptionChoice } from "../shared/preferences.js" */
/** @typedef {Omit<Subtitle, "url">} Described */

const LAST = "\uffff"; // of a language that is not known

/**
 * The subtitle to show at first: the viewer's last choice; else, of a film that speaks none of the viewer's languages,
 * one in the viewer's; else a forced one (it has only what the film's own audience needs). Undefined: none.
 * @template {Described} T
 * @param {T[]} subtitles
 * @param {Pick<Audio, "language" | "default">[]} audio
 * @param {readonly string[]} languages
 * @param {CaptionChoice} [choice]
 */
export function suitable(subtitles, audio, languages, choice) {
  const full = subtitles.filter((subtitle) => !subtitle.forced);
  const before = choice?.language;
  const wanted = before !== undefined && full.find(({ language }) => speaks([before], language));
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
 * As in the menu: the viewer's languages first, then the others by name; of each language the plain ones first.
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
 * "English – Songs (forced)": what the menu shows, in the viewer's language. Two of the same name get numbers, since the
 * menu tells them by it.
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
 * Whether one of the languages is this one, in whichever country.
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
