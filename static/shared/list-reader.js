// Reads the list of films as it comes, in slices: to parse ten thousand at once would hold up the page.

/** @import { Movie } from "./movies.js" */

import { slices } from "./slices.js";

const BEGINNING = '{"movies": [\n'; // each film has a line of its own after it
const END = "]}";

/**
 * The films in the pieces of the list's JSON. Lists that are not written line by line are read as a whole. Throws a
 * SyntaxError if it is no JSON.
 * @param {AsyncIterable<string>} pieces
 * @returns {Promise<Movie[]>}
 */
export async function readMovies(pieces) {
  const rest = slices();
  /** @type {Movie[]} */
  const movies = [];
  let [begun, text] = [false, ""];
  for await (const piece of pieces) {
    text += piece;
    if (!begun && text.startsWith(BEGINNING)) [begun, text] = [true, text.slice(BEGINNING.length)];
    const end = text.lastIndexOf("\n");
    if (!begun || end < 0) continue;
    movies.push(...filmsIn(text.slice(0, end)));
    text = text.slice(end + 1);
    await rest();
  }
  if (!begun) return JSON.parse(text).movies;
  if (text.trim() !== END) throw new SyntaxError("The list of films is cut off");
  return movies;
}

/**
 * The films of whole lines, parsed at once: one by one takes longer.
 * @param {string} lines
 * @returns {Movie[]}
 */
function filmsIn(lines) {
  return JSON.parse(`[${lines.replace(/,$/, "")}]`);
}

/**
 * The text of an answer, piece by piece.
 * @param {Response} response
 */
export async function* textOf(response) {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) yield decoder.decode(part.value, { stream: true });
}
