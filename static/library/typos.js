// Words that are nearly those that were typed.

const FEW = 4; // letters of the shortest word that may be mistyped
const MANY = 8; // letters of the shortest word that may be mistyped twice

/**
 * The known words that are the typed one but for a letter or two, or begin so, each with the number of mistakes. A mistake
 * is a letter too many, too few or wrong, or two in the wrong order.
 * @param {string} typed
 * @param {Iterable<string>} known
 */
export function nearly(typed, known) {
  /** @type {Map<string, number>} */
  const near = new Map();
  const most = typed.length < FEW ? 0 : typed.length < MANY ? 1 : 2;
  if (most === 0) return near;
  for (const word of known) {
    const mistakes = word.length < typed.length - most ? Infinity : mistakesIn(typed, word, most);
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
