// Where a part of the library is: links to what is above it, and its own name.

/** @import { Part } from "../shared/address.js" */

import { libraryAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { isHome } from "../shared/share.js";

/** @type {Record<string, string>} */
export const KINDS = { films: "Films", series: "Series" };

/**
 * What is above the part, as [name, address], and its name; null for the whole library.
 * @param {Part} part
 * @returns {{ above: [string, string][], name: string } | null}
 */
export function wayTo({ kind, folder, series }) {
  /** @type {[string, string]} */
  const home = ["All films", libraryAddress({})];
  if (series) return { above: [home, [KINDS.series, libraryAddress({ kind: "series" })]], name: series };
  if (KINDS[kind]) return { above: [home], name: KINDS[kind] };
  if (!folder) return null;
  const names = folder.split("/");
  /** @type {[string, string][]} */
  const folders = names.slice(0, -1).map((name, depth) => [name, libraryAddress({ folder: names.slice(0, depth + 1).join("/") })]);
  return { above: [home, ...folders], name: names.at(-1) ?? "" };
}

/** @param {Part} part */
export function showTrail(part) {
  const trail = element("trail");
  const way = isHome(libraryAddress({ series: part.series })) ? { above: [], name: part.series } : wayTo(part);
  trail.hidden = way === null;
  const shown = JSON.stringify(way);
  if (way === null || trail.dataset.shown === shown) return;
  trail.dataset.shown = shown;
  const here = document.createElement("h2");
  here.textContent = way.name;
  here.tabIndex = -1;
  trail.replaceChildren(...way.above.map(([name, address]) => link(name, address)), here);
}

/**
 * @param {string} name
 * @param {string} address
 */
function link(name, address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = name;
  return anchor;
}
