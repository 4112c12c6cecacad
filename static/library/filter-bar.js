// The filters of a list on the page: a switch or a choice for each, and a link that clears them.

/** @import { Part } from "../shared/address.js" */
/** @import { Facet } from "./filters.js" */

import { libraryAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { placeInOrder } from "./place.js";

const bar = element("filters");
/** @type {Map<string, ReturnType<typeof makeSwitch> | ReturnType<typeof makeSelect>>} */
const controls = new Map(); // by filter
const clear = Object.assign(document.createElement("a"), { className: "button quiet", textContent: "Clear" });
/** @type {(name: string, value: string) => void} */
let choose = () => {};

/**
 * Keeps room for the filters until they are shown, so that nothing moves then; or hides them.
 * @param {boolean} areThere
 */
export function holdFilters(areThere) {
  bar.hidden = !areThere;
}

/**
 * Shows the filters. `go` is called with the address of each choice. Controls stay, so they keep the focus.
 * @param {Facet[]} facets
 * @param {Part} part
 * @param {(address: string) => void} go
 */
export function showFilters(facets, part, go) {
  choose = (name, value) => go(libraryAddress({ ...part, filters: { ...part.filters, [name]: value } }));
  bar.hidden = facets.length === 0;
  const nodes = facets.map((facet) => {
    const control = controls.get(facet.name) ?? (facet.isSwitch ? makeSwitch(facet.name) : makeSelect(facet.name));
    controls.set(facet.name, control);
    control.show(facet);
    return control.node;
  });
  clear.href = libraryAddress({ ...part, filters: {} });
  placeInOrder(bar, facets.some(({ chosen }) => chosen) ? [...nodes, clear] : nodes);
}

/** @param {string} name */
function makeSwitch(name) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "button switch";
  node.addEventListener("click", () => choose(name, node.ariaPressed === "true" ? "" : "1"));

  /** @param {Facet} facet */
  function show({ label, chosen, choices }) {
    node.textContent = `${label} ${choices[0]?.count ?? 0}`;
    node.ariaPressed = String(chosen !== "");
  }

  return { node, show };
}

/** @param {string} name */
function makeSelect(name) {
  const node = document.createElement("select");
  node.className = "button";
  node.addEventListener("change", () => choose(name, node.value));
  let shown = "";

  /** @param {Facet} facet */
  function show(facet) {
    const { label, chosen, choices } = facet;
    if (shown !== JSON.stringify(facet)) {
      node.replaceChildren(new Option(label, ""), ...choices.map(({ value, words, count }) => new Option(`${words} (${count})`, value)));
      shown = JSON.stringify(facet);
    }
    node.ariaLabel = label;
    node.value = chosen;
    node.classList.toggle("chosen", chosen !== "");
  }

  return { node, show };
}
