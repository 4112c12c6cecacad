// What a viewer typed into the search, as terms: words, and numbers of seasons and episodes.

/**
 * A film has the term if it is of that `season` and `episode`, where the term names one, or if it has all of its `words`.
 * @typedef {object} Term
 * @property {string[]} words
 * @property {number} [season]
 * @property {number} [episode]
 */

const NUMBERED = [
  /\bs(?<season>\d{1,2})[ .]?e(?<episode>\d{1,4})\b/g,
  /\b(?<season>\d{1,2})x(?<episode>\d{1,4})\b/g,
  /\bseason (?<season>\d{1,4})(?:,? episode (?<episode>\d{1,4}))?\b/g,
  /\bepisode (?<episode>\d{1,4})\b/g,
  /\bs(?<season>\d{1,2})\b/g,
  /\be(?<episode>\d{1,4})\b/g,
];

/**
 * "Wire s1e3" as the word "wire" and season 1, episode 3.
 * @param {string} text
 * @returns {Term[]}
 */
export function termsOf(text) {
  /** @type {Term[]} */
  const numbered = [];
  let rest = searchable(text);
  for (const form of NUMBERED) {
    rest = rest.replace(form, (...match) => {
      const { season, episode } = match.at(-1);
      numbered.push({ words: wordsIn(match[0]), ...(season && { season: Number(season) }), ...(episode && { episode: Number(episode) }) });
      return " ";
    });
  }
  return [...wordsIn(rest).map((word) => ({ words: [word] })), ...numbered];
}

/**
 * Text without case and accents, so that "amelie" finds "Amélie".
 * @param {string} text
 */
export function searchable(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @param {string} text */
export function wordsIn(text) {
  return text.split(/\s+/).filter(Boolean);
}
