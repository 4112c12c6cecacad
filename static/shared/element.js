// The elements of index.html, by their ids.

/**
 * The element with this id, as its type. Throws an Error if there is none.
 * @overload
 * @param {string} id
 * @returns {HTMLElement}
 */
/**
 * @template {HTMLElement} E
 * @overload
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
/**
 * @param {string} id
 * @param {new () => HTMLElement} type
 */
export function element(id, type = HTMLElement) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`index.html has no ${type.name} #${id}`);
}
