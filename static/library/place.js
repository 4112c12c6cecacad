// Puts nodes in their places.

/**
 * Makes the nodes the children of the parent. A node that is in its place is not moved, since that would take its focus.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} nodes
 */
export function placeInOrder(parent, nodes) {
  /** @type {Set<Element>} */
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = node.nextSibling;
    else parent.insertBefore(node, place);
  }
}
