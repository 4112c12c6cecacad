// A film that grows while it is watched, as a recording does. A browser plays it only to the length that it had when it was
// opened, so at that point the longer film has to be opened.

import { element } from "../shared/element.js";
import { pauseFor } from "../shared/reconnect.js";

const LOOK_MS = 5_000; // between two questions to the server
const WRITTEN_MS = 60_000; // a film that was written to since then may be growing: recorders write every few seconds
const ANSWER_MS = 10_000;
const NEAR_S = 8; // before the end of what is open, the longer film is opened
const WORTH_S = 10; // of new film, unless it no longer grows: opening takes a moment

const video = element("video", HTMLVideoElement);

/** @typedef {{ bytes: number, version: string, fresh: boolean }} Film `fresh`: written to within WRITTEN_MS */

/**
 * Asks the server how long the film at the URL is, while it is being written and played, until `signal`. What is open has
 * `bytes`, or more. At the end of that, `goOn(version)` is called if there is more, `wait()` if there will be more, else
 * `end()`.
 *
 * Answers `grows()`: whether there is, or will be, more than what is open; `mayGrow()`: whether the film was written to
 * just now; `reachEnd()`: to be called at the end of what is open.
 * @param {string} url
 * @param {number} bytes
 * @param {AbortSignal} signal
 * @param {{ goOn: (version: string) => void, wait: () => void, end: () => void }} hear
 */
export function watchGrowth(url, bytes, signal, { goOn, wait, end }) {
  /** @type {Film | null} */
  let film = null; // the server's last answer
  let grew = false;
  let rests = false; // whether it did not grow between the last two answers
  let atEnd = false;
  let told = false; // whether end() was called: only once, so that what is offered there does not come back
  let looks = false;
  video.addEventListener("seeking", () => (atEnd = told = false), { signal });
  watch();
  return { grows, reachEnd, mayGrow: () => film !== null && film.fresh };

  function grows() {
    return film !== null && (film.bytes > bytes || (grew && film.fresh));
  }

  function reachEnd() {
    atEnd = true;
    if (looks) look();
    else watch();
  }

  async function watch() {
    looks = true;
    for (let due = true; !signal.aborted; due = !video.paused || atEnd) {
      if (due) await look();
      if (!film?.fresh) break;
      await pauseFor(LOOK_MS, signal);
    }
    looks = false;
  }

  async function look() {
    const before = film;
    film = (await filmNow(url, signal)) ?? film;
    if (signal.aborted) return;
    rests = film?.bytes === before?.bytes;
    grew ||= film !== null && film.bytes > bytes;
    if (film !== null && isDue(film)) {
      ({ bytes } = film);
      atEnd = told = false;
      goOn(film.version);
    } else if (atEnd && grows()) {
      wait();
    } else if (atEnd && !told) {
      told = true;
      end();
    }
  }

  /** @param {Film} film */
  function isDue(film) {
    if (!(film.bytes > bytes)) return false;
    const rest = video.duration - video.currentTime;
    if (!atEnd && !(rest < NEAR_S)) return false;
    const more = (film.bytes / bytes - 1) * video.duration;
    return rests || !film.fresh || !(more < WORTH_S);
  }
}

/**
 * The film's file as the server has it now; null: the server does not say.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Film | null>}
 */
export async function filmNow(url, signal) {
  try {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const answer = await fetch(`${url}?original`, { method: "HEAD", cache: "no-store", redirect: "manual", signal: limits });
    /** @param {string} name */
    const field = (name) => answer.headers.get(name) ?? "";
    if (!answer.ok) return null;
    const fresh = Date.parse(field("Date")) - Date.parse(field("Last-Modified")) < WRITTEN_MS;
    return { bytes: Number(field("Content-Length")), version: field("ETag"), fresh };
  } catch {
    return null;
  }
}
