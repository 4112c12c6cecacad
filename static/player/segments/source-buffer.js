// A SourceBuffer whose acts are done one after another, each once the one before is done.

/** @typedef {ReturnType<typeof openBuffer>} TrackBuffer */

export const SMALL_GAP_S = 0.1; // browsers pass it by themselves

/**
 * @param {MediaSource} source
 * @param {string} type
 * @param {number} offset
 */
export function openBuffer(source, type, offset) {
  const buffer = source.addSourceBuffer(type);
  buffer.timestampOffset = offset;
  let currentType = type;
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return { append, remove, restart, end };

  /**
   * Throws a QuotaExceededError where there is no room.
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  function append(bytes) {
    return inTurn(() => buffer.appendBuffer(bytes));
  }

  /**
   * What begins in the seconds from `start` to `end`, and what cannot be decoded without it.
   * @param {number} start
   * @param {number} end
   */
  function remove(start, end) {
    return inTurn(() => buffer.remove(start, end));
  }

  /**
   * Forgets what came of a segment that is not all there. What is appended next is of the type.
   * @param {string} type
   */
  function restart(type) {
    return inTurn(() => {
      if (source.readyState === "open") buffer.abort();
      if (type !== currentType) buffer.changeType(type);
      currentType = type;
    });
  }

  /**
   * Up to which second there is no gap from `time` on, but for a small one; `time`, if there is nothing at it.
   * @param {number} time
   */
  function end(time) {
    const { buffered } = buffer;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= time + SMALL_GAP_S && time < buffered.end(i)) return buffered.end(i);
    }
    return time;
  }

  /** @param {() => void} act */
  function inTurn(act) {
    const done = last.then(async () => {
      if (![...source.sourceBuffers].includes(buffer)) return; // the film is closed
      act();
      if (buffer.updating) await new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }));
    });
    last = done.catch(() => {});
    return done;
  }
}
