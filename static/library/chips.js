// Links to parts of what is shown: the seasons of a series, the folders in a folder.

import { element } from "../shared/element.js";

/** @typedef {{ name: string, address: string, isHere: boolean }} Chip */

/**
 * @param {string} label
 * @param {Chip[]} chips
 */
export function showChips(label, chips) {
  const nav = element("parts");
  nav.hidden = chips.length === 0;
  const shown = JSON.stringify([label, chips]);
  if (nav.dataset.shown === shown) return;
  nav.dataset.shown = shown;
  nav.ariaLabel = label;
  nav.replaceChildren(...chips.map(chipOf));
  const here = nav.querySelector("[aria-current]");
  if (here instanceof HTMLElement) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

/** @param {Chip} chip */
function chipOf({ name, address, isHere }) {
  const link = document.createElement("a");
  link.className = "button chip";
  link.href = address;
  link.textContent = name;
  if (isHere) link.ariaCurrent = "page";
  return link;
}
