// Words that are nearly those that were typed.

const FEW = 4; // letters of the shortest word that may be mistyped
const MANY = 8; // letters of the shortest word that may be mistyped twice

/**
 * Words with the letters that they have, as bits, which tell quickly that a word is far from another.
 * @param {Iterable<string>} words
 */
export function vocabularyOf(words) {
  /** @type {Map<string, number>} */
  const letters = new Map();
  for (const word of words) if (!letters.has(word)) letters.set(word, lettersOf(word));
  return letters;
}

/**
 * The known words that are the typed one but for a letter or two, or begin so, each with the number of mistakes. A mistake
 * is a letter too many, too few or wrong, or two in the wrong order.
 * @param {string} typed
 * @param {Map<string, number>} known
 */
export function nearly(typed, known) {
  /** @type {Map<string, number>} */
  const near = new Map();
  const most = typed.length < FEW ? 0 : typed.length < MANY ? 1 : 2;
  if (most === 0) return near;
  const letters = lettersOf(typed);
  for (const [word, own] of known) {
    const isFar = word.length < typed.length - most || countBits(letters & ~own) > most;
    const mistakes = isFar ? Infinity : mistakesIn(typed, word, most);
    if (mistakes <= most) near.set(word, mistakes);
  }
  return near;
}

/**
 * The mistakes in `typed` if the beginning of `word` was meant; Infinity if there are more than `most`. This is the
 * distance of Damerau and Levenshtein (optimal string alignment), row by row.
 * @param {string} typed
 * @param {string} word
 * @param {number} most
 */
export function mistakesIn(typed, word, most) {
  const width = Math.min(word.length, typed.length + most);
  let [before, above] = [/** @type {number[]} */ ([]), Array.from({ length: width + 1 }, (_, index) => index)];
  for (let i = 1; i <= typed.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= width; j += 1) {
      const same = typed[i - 1] === word[j - 1];
      let value = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
      if (swapped) value = Math.min(value, before[j - 2] + 1);
      row.push(value);
      least = Math.min(least, value);
    }
    if (least > most) return Infinity;
    [before, above] = [above, row];
  }
  const mistakes = Math.min(...above);
  return mistakes <= most ? mistakes : Infinity;
}

/**
 * A bit for each letter; letters that are 32 apart share one.
 * @param {string} word
 */
function lettersOf(word) {
  let bits = 0;
  for (let index = 0; index < word.length; index += 1) bits |= 1 << (word.charCodeAt(index) & 31);
  return bits;
}

/** @param {number} bits */
function countBits(bits) {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
