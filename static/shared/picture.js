// Loads pictures of films, and loads them again after a server was busy.

import { untilAnswered } from "./reconnect.js";

const MOST_LOADS = 4; // of a picture that does not load although the server says that it has it

/**
 * Gives the picture its URL. If it does not load, it gets it again once the server has it, while `isWanted`; if the server has
 * none, it is removed from the page.
 * @param {HTMLImageElement} picture
 * @param {string} url
 * @param {() => boolean} isWanted
 */
export function loadPicture(picture, url, isWanted) {
  let loads = 1;
  picture.addEventListener("error", async () => {
    if (loads++ < MOST_LOADS && (await isThere(url, isWanted))) picture.src = url;
    else picture.remove();
  });
  picture.src = url;
}

/**
 * Whether the server has the picture. Asks until the answer is none such as 503. False if it is no longer wanted.
 * @param {string} url
 * @param {() => boolean} isWanted
 */
async function isThere(url, isWanted) {
  const ending = new AbortController();
  const endIfUnwanted = () => isWanted() || ending.abort();
  return (await untilAnswered(url, endIfUnwanted, ending.signal)) === 200;
}
