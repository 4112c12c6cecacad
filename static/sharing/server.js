// What the server is asked about shares.

import { sessionEnded } from "../shared/access.js";
import { serverUrl } from "../shared/movies.js";

/**
 * A share as the server tells of it. Times are in seconds since 1970; `begins` and `ends` are 0 for at once and for ever,
 * `used` for never.
 * @typedef {object} Share
 * @property {string} id
 * @property {string} url
 * @property {string} title
 * @property {"film" | "series" | "folder"} form
 * @property {number} begins
 * @property {number} ends
 * @property {boolean} downloads
 * @property {boolean} code
 * @property {number} used
 * @property {number} viewers
 */

/** @typedef {{ kept: boolean, shares: Share[] }} Shares `kept`: each can be taken back */
/** @typedef {{ link: string, ends: number, qr: string }} Made */

/** @returns {Promise<Shares>} */
export async function loadShares() {
  return (await ask("")).json();
}

/**
 * @param {string} query what is shared
 * @param {Record<string, string>} terms
 * @returns {Promise<Made>}
 */
export async function makeShare(query, terms) {
  const page = document.baseURI.replace(/[?#].*/, "");
  return (await ask(`?${query}`, { method: "POST", body: new URLSearchParams({ ...terms, page }) })).json();
}

/** @param {string} id */
export async function takeBack(id) {
  await ask(`/${id}`, { method: "DELETE" });
}

/**
 * Throws an Error whose message is for the viewer.
 * @param {string} rest of the address
 * @param {RequestInit} [options]
 */
async function ask(rest, options = {}) {
  const answer = await fetch(serverUrl(`/api/shares${rest}`), { cache: "no-store", ...options }).catch(() => null);
  if (answer?.ok) return answer;
  if (answer?.status === 401) sessionEnded();
  const [, words = ""] = answer ? (await answer.text()).split("\n") : [];
  throw new Error(words || (answer?.status === 404 ? "It is not there any more." : "The server does not answer just now."));
}
