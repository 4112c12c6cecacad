// Links to parts of what is shown: the seasons of a series, the folders in a folder. Very many seasons are a choice instead.

import { element } from "../shared/element.js";

/** @typedef {{ name: string, address: string, isHere: boolean }} Chip */

const MOST_LINKS = 16;

/**
 * `go` is called with the address that is chosen.
 * @param {string} label
 * @param {Chip[]} chips
 * @param {(address: string) => void} go
 */
export function showChips(label, chips, go) {
  const nav = element("parts");
  nav.hidden = chips.length === 0;
  const shown = JSON.stringify([label, chips]);
  if (nav.dataset.shown === shown) return;
  nav.dataset.shown = shown;
  nav.ariaLabel = label;
  const hadFocus = nav.contains(document.activeElement);
  const isChoice = chips.length > MOST_LINKS && chips.some(({ isHere }) => isHere);
  nav.replaceChildren(...(isChoice ? [choiceOf(label, chips, go)] : chips.map(chipOf)));
  if (hadFocus && isChoice) nav.querySelector("select")?.focus();
  const here = nav.querySelector("[aria-current]");
  if (here instanceof HTMLElement) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

/**
 * @param {string} label
 * @param {Chip[]} chips
 * @param {(address: string) => void} go
 */
function choiceOf(label, chips, go) {
  const choice = document.createElement("select");
  choice.className = "button";
  choice.ariaLabel = label;
  choice.append(...chips.map(({ name, address, isHere }) => new Option(name, address, isHere, isHere)));
  choice.addEventListener("change", () => go(choice.value));
  return choice;
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
