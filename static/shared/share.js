// The share whose link led to this page, if one did: then there are the films that are shared, and no others.

/** @import { Movie } from "./movies.js" */

import { aboutAddress, libraryAddress } from "./address.js";
import { element } from "./element.js";

const HOMES = { film: "About the film", series: "All episodes", films: "All films" };

let downloads = false;
let home = "./";

/** Whether the page was opened by the link of a share. */
export function isShared() {
  return /\/s\/s\.[\w.-]+\/$/.test(location.pathname);
}

/** Whether films may be downloaded. Known once the list of films has come. */
export function mayDownload() {
  return !isShared() || downloads;
}

/**
 * Notes of the answer with the list what is allowed, and hides what is not.
 * @param {Response} answer
 */
export function noteShare(answer) {
  if (!isShared()) return;
  downloads = answer.headers.get("Share") === "download";
  document.documentElement.dataset.share = downloads ? "download" : "watch";
}

/**
 * The address of what the share is of: the page about a film, a series, or the library.
 * @param {Movie[]} movies
 */
export function homeOf(movies) {
  const films = movies.filter(({ of }) => of === undefined);
  const [first] = films;
  if (first === undefined) return "./";
  if (films.every(({ url, version_of }) => (version_of ?? url) === (first.version_of ?? first.url))) return aboutAddress(first.url);
  if (first.series !== undefined && films.every(({ series }) => series === first.series)) return libraryAddress({ series: first.series });
  return "./";
}

/**
 * Whether the address is that of what the share is of: then nothing is above it.
 * @param {string} address
 */
export function isHome(address) {
  return isShared() && address === home;
}

/**
 * Lets the links to the home say where they lead.
 * @param {string} address
 */
export function nameHome(address) {
  home = address;
  const words = home.startsWith("?about=") ? HOMES.film : home.startsWith("?series=") ? HOMES.series : HOMES.films;
  for (const link of document.querySelectorAll('a[href="./"]:not(.wordmark a)')) {
    if (link.lastChild) link.lastChild.textContent = words;
  }
  element("about").dataset.home = String(words === HOMES.film);
}
