// Reads the list of films as it comes, in slices: to parse ten thousand at once would hold up the page.

/** @import { Movie } from "./movies.js" */

import { slices } from "./slices.js";

const BEGINNING = '{"movies": ['; // the first line; each film has a line of its own after it
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
    begun ||= text.startsWith(`${BEGINNING}\n`);
    if (!begun) continue;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== BEGINNING) movies.push(JSON.parse(line.endsWith(",") ? line.slice(0, -1) : line));
      await rest();
    }
  }
  if (!begun) return JSON.parse(text).movies;
  if (text.trim() !== END) throw new SyntaxError("The list of films is cut off");
  return movies;
}

/**
 * The text of an answer, piece by piece.
 * @param {Response} response
 */
export async function* textOf(response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) yield part.value;
}
