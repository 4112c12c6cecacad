// One track of a film by segments: fetched a little ahead of where the viewer is, and dropped a little behind.

/** @import { Trouble } from "../../shared/reconnect.js" */
/** @import { FilmIndex, Track } from "./film-index.js" */
/** @import { TrackBuffer } from "./source-buffer.js" */

import { connectionLost, persist } from "../../shared/reconnect.js";
import { askFor, kindOf, segmentAt, segmentUrl } from "./film-index.js";

const AHEAD_S = 30;
const AHEAD_BYTES = 32_000_000;
const BEHIND_S = 15;
const LEAST_S = 0.5; // ahead: with less than that, and no room for more, the film would stand still for good
const BEFORE_CUT_S = 0.01; // browsers remove up to the next key frame, which is at the cut
const SILENCE_MS = 15_000; // of an answer that has begun: its connection is dead

/** @typedef {ReturnType<typeof openFeed>} Feed */

/** What must be in the buffer at once is more than it holds. */
class TooLarge extends Error {}

/**
 * What a feed asks, and tells. `position` is where the viewer is, in seconds; `turn` ends when that may have changed, or
 * any feed has gone on; `mayFetch` whether there is something to wait for; `progress` hears that more is there.
 * @typedef {object} Host
 * @property {() => number} position
 * @property {(signal: AbortSignal) => Promise<void>} turn
 * @property {(end: number) => boolean} mayFetch
 * @property {() => void} progress
 * @property {(trouble: Trouble) => void} tell
 * @property {(error: unknown) => void} fail
 */

/**
 * @param {string} url
 * @param {FilmIndex} index
 * @param {Track} first
 * @param {TrackBuffer} buffer
 * @param {Host} host
 */
export function openFeed(url, index, first, buffer, host) {
  const cuts = first.cuts ?? index.cuts;
  let track = first;
  let run = new AbortController();
  let [oldest, next] = [0, 0]; // the segments from `oldest` to before `next` are in the buffer
  let hasInit = false;
  let [begun, ended] = [false, false];
  /** @type {number[]} */
  const sizes = []; // of segments, in bytes
  /** @type {Set<number>} */
  const black = new Set(); // the segments whose pictures the server could not decode

  return { seek, change, reached, has, isBlack, ended: () => ended, close: () => run.abort() };

  /**
   * Fetches from the second on, unless that is there or coming.
   * @param {number} time
   */
  function seek(time) {
    const n = segmentAt(cuts, time);
    if (begun && n >= oldest && n <= next) return;
    start(n, () => buffer.remove(0, Infinity));
  }

  /**
   * Fetches another track from the second on. It takes the place of what is in the buffer bit by bit, so nothing stops.
   * @param {Track} other
   * @param {number} time
   */
  function change(other, time) {
    track = other;
    hasInit = false;
    start(segmentAt(cuts, time));
  }

  /**
   * Whether all that there is at the second is in the buffer.
   * @param {number} time
   */
  function has(time) {
    const n = segmentAt(cuts, time);
    return n >= oldest && n < next;
  }

  /**
   * Whether the pictures at the second could not be decoded.
   * @param {number} time
   */
  function isBlack(time) {
    return black.has(segmentAt(cuts, time));
  }

  /** The second up to which all is there. */
  function reached() {
    return cuts[next] ?? Infinity;
  }

  /**
   * @param {number} n
   * @param {() => Promise<unknown>} [prepare]
   */
  async function start(n, prepare) {
    run.abort();
    run = new AbortController();
    oldest = next = n;
    [begun, ended] = [true, false];
    const { signal } = run;
    try {
      await prepare?.();
      while (next < cuts.length && !signal.aborted) await fetchNext(signal);
      if (signal.aborted) return;
      ended = true;
      host.progress();
    } catch (error) {
      if (!signal.aborted) host.fail(error);
    }
  }

  /** @param {AbortSignal} signal */
  async function fetchNext(signal) {
    while (!signal.aborted && !(hasRoom(1, reached()) && host.mayFetch(reached()))) await host.turn(signal);
    const done = await persist(() => transfer(signal), host.tell, signal);
    if (done === null || signal.aborted) return;
    next += 1;
    await drop(segmentAt(cuts, host.position() - BEHIND_S));
    host.progress();
  }

  /**
   * The next segment, from the server to the buffer, as it comes.
   * @param {AbortSignal} signal
   */
  async function transfer(signal) {
    const silence = new AbortController();
    await buffer.restart(track.type);
    const limits = AbortSignal.any([signal, silence.signal]);
    const withInit = !hasInit || kindOf(track) === "x"; // of converted pictures, each segment may have another size
    const answer = await askFor(segmentUrl(url, track.name, next, withInit), host.tell, limits);
    if (answer.headers.get("Missing") === "picture") black.add(next);
    const reader = answer.body?.getReader();
    sizes[next] = 0;
    for (;;) {
      const silent = setTimeout(() => silence.abort(), SILENCE_MS);
      const part = await reader?.read().catch(() => null);
      clearTimeout(silent);
      signal.throwIfAborted();
      if (!part) throw connectionLost();
      if (part.done) break;
      await append(part.value, signal);
      signal.throwIfAborted();
      sizes[next] += part.value.length;
      host.progress();
      while (!signal.aborted && !hasRoom(2, buffer.end(host.position()))) await host.turn(signal);
    }
    if (sizes[next] < Number(answer.headers.get("Content-Length"))) throw connectionLost(); // Firefox takes it for all
    hasInit = true;
    return true;
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {AbortSignal} signal
   */
  async function append(bytes, signal) {
    for (;;) {
      try {
        signal.throwIfAborted();
        return await buffer.append(bytes);
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "QuotaExceededError")) throw error;
      }
      const time = host.position();
      if (await drop(segmentAt(cuts, time))) continue;
      if (buffer.end(time) - time < LEAST_S) throw new TooLarge();
      await host.turn(signal);
    }
  }

  /**
   * Whether less than `times` × AHEAD_S, and less than `times` × AHEAD_BYTES, lies between the viewer's position and `end`.
   * @param {number} times
   * @param {number} end
   */
  function hasRoom(times, end) {
    const time = host.position();
    const bytes = sizes.slice(segmentAt(cuts, time) + 1, next + times - 1).reduce((sum, size) => sum + size, 0);
    return end - time < times * AHEAD_S && bytes < times * AHEAD_BYTES;
  }

  /**
   * Drops the segments before `n`, and answers whether there were any.
   * @param {number} n
   */
  async function drop(n) {
    if (n <= oldest) return false;
    oldest = Math.min(n, next);
    await buffer.remove(0, cuts[n] - BEFORE_CUT_S);
    return true;
  }
}
