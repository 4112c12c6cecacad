// The list of versions of the open film. The choice of one is handled in app.js, which changes the address.

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { keyOf } from "../shared/movies.js";
import { versionNames, versionsOf } from "../shared/versions.js";

const picker = element("versions");
const list = element("version");

/**
 * Shows the versions, if there are several. The value of each is its URL.
 * @param {Movie} movie
 */
export function openVersions(movie) {
  const versions = versionsOf(movie);
  const names = versionNames(versions);
  picker.hidden = versions.length === 1;
  list.replaceChildren(...versions.map((version, index) => new Option(names[index], version.url, false, keyOf(version) === keyOf(movie))));
}

export function closeVersions() {
  picker.hidden = true;
  list.replaceChildren();
}
