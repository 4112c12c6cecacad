// Answers that are worked out once.

/**
 * The function, which remembers what it answered for each text. For questions to the browser, whose answers do not change, and
 * which ten thousand films would ask again and again.
 * @template T
 * @param {(text: string) => T} answer
 */
export function remembered(answer) {
  /** @type {Map<string, T>} */
  const answers = new Map();
  return (/** @type {string} */ text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const found = answer(text);
    answers.set(text, found);
    return found;
  };
}
