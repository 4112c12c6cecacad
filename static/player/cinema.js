// What a film needs once it plays: the menu of settings, and all that is beside the picture. Loaded with the controls, after
// the first picture.

/** @import { Movie } from "../shared/movies.js" */

import { closeEnding, watchCredits } from "./ending.js";
import { openFrames } from "./frame-step.js";
import "./gestures.js";
import { closeSession, openSession } from "./media-session.js";
import { closeMenu } from "./menu.js";
import "./orientation.js";
import { openTitle } from "./screen-title.js";
import "./seek-preview.js";
import "./settings.js";
import { closeParts, openParts } from "./skip-parts.js";
import "./wake-lock.js";

export { isInCredits, showEnding } from "./ending.js";

/**
 * Takes what is known of the film that is open; also when more of it is known.
 * @param {Movie} movie
 */
export function openCinema(movie) {
  openTitle(movie);
  openSession(movie);
  openFrames(movie);
  openParts(movie);
  watchCredits();
}

export function closeCinema() {
  closeMenu();
  closeSession();
  closeParts();
  closeEnding();
}
