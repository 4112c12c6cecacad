// The elements of index.html, by their ids.

/**
 * The element that has the id, as the type that it is of. Throws where there is none.
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
