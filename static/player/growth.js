// A film that grows while it is watched, as a recording does. The browser has it as long as it was when it was opened.

import { element } from "../shared/element.js";
import { pauseFor } from "../shared/reconnect.js";

const LOOK_MS = 5_000;
const WRITTEN_MS = 60_000; // recorders write every few seconds
const ANSWER_MS = 10_000;
const NEAR_S = 8; // before the end of what is open
const WORTH_S = 10; // of more: it takes a moment to open a film again

const video = element("video", HTMLVideoElement);

/** @typedef {{ bytes: number, version: string, fresh: boolean }} Film `fresh`: it was written to just now */

/**
 * Looks how long the film at the address is by now, while it is being written and played, until `signal`. What is open
 * has `bytes`, or more. `goOn(version)` is called when the viewer comes to its end, and there is more; `wait()` when
 * there will be; `end()` when that is all.
 * @param {string} url
 * @param {number} bytes
 * @param {AbortSignal} signal
 * @param {{ goOn: (version: string) => void, wait: () => void, end: () => void }} hear
 */
export function watchGrowth(url, bytes, signal, { goOn, wait, end }) {
  /** @type {Film | null} */
  let film = null; // as of the last look
  let grew = false;
  let rests = false; // since the look before
  let atEnd = false;
  let told = false; // that this is the end; once, or what is offered there would come back
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
 * How long the film is, its version, and whether it was written to just now; null: the server does not say.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Film | null>}
 */
async function filmNow(url, signal) {
  try {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const answer = await fetch(url, { method: "HEAD", cache: "no-store", redirect: "manual", signal: limits });
    /** @param {string} name */
    const field = (name) => answer.headers.get(name) ?? "";
    if (!answer.ok) return null;
    const fresh = Date.parse(field("Date")) - Date.parse(field("Last-Modified")) < WRITTEN_MS;
    return { bytes: Number(field("Content-Length")), version: field("ETag"), fresh };
  } catch {
    return null;
  }
}
