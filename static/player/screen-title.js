// What is played, over the picture in full screen, where the page below it is not seen.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { nameOf } from "./upnext.js";

/** @param {Movie} movie */
export function openTitle(movie) {
  const { series, year } = movie;
  element("screen-film").textContent = series ?? nameOf(movie);
  element("screen-episode").textContent = series === undefined ? String(year ?? "") : nameOf(movie);
}
