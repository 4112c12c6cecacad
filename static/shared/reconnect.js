// Asks the server until it answers: soon at first, then with growing pauses, and at once when the network is back.

/**
 * "offline": the device has no network. "lost": no connection. "waking": the server is starting. "busy": it has no room.
 * @typedef {"offline" | "lost" | "waking" | "busy"} Trouble
 */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const WAKING_AFTER_MS = 4_000; // a host that takes the connection but does not answer so long is starting
const PATIENCE_MS = 60_000;
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]); // from a busy server, or a proxy before one that is starting

/** @type {Set<() => void>} */
const skipPauses = new Set(); // one for each pause
window.addEventListener("online", askNow);

/** Ends all pauses of `untilAnswered` and `pauseFor`. */
export function askNow() {
  for (const skip of skipPauses) skip();
}

/**
 * Asks for the URL until the trouble is over, and answers the status (0: a redirect, which is not followed). Null: `signal`
 * ended it. `tell` is called with each trouble.
 * @param {string} url
 * @param {(trouble: Trouble) => void} tell
 * @param {AbortSignal} signal
 * @returns {Promise<number | null>}
 */
export async function untilAnswered(url, tell, signal) {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.7)) {
    const waking = setTimeout(() => tell("waking"), WAKING_AFTER_MS);
    const { status, trouble } = await ask(url, signal);
    clearTimeout(waking);
    if (signal.aborted) break;
    if (!trouble) return status;
    tell(trouble);
    await pauseFor(pause * (0.5 + Math.random() / 2), signal); // not all viewers ask at the same time
  }
  return null;
}

/**
 * Asks once, by HEAD. Redirects are not followed: they lead to another host, which may know only GET.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ status: number, trouble: Trouble | null }>}
 */
async function ask(url, signal) {
  try {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await fetch(url, { method: "HEAD", cache: "no-store", redirect: "manual", signal: limits });
    return { status: answer.status, trouble: PASSING.has(answer.status) ? troubleBehind(answer) : null };
  } catch {
    return { status: 0, trouble: navigator.onLine ? "lost" : "offline" };
  }
}

/**
 * "busy" if our own server answered; "waking" if a proxy answered for a server that is not there yet.
 * @param {Response} answer
 */
function troubleBehind(answer) {
  return answer.headers.get("Server") === "movie-streaming" ? "busy" : "waking";
}

/**
 * Waits `ms`, or until `askNow` is called or `signal` is aborted.
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pauseFor(ms, signal) {
  return new Promise((resolve) => {
    const skip = () => {
      clearTimeout(timer);
      skipPauses.delete(skip);
      resolve();
    };
    const timer = setTimeout(skip, ms);
    skipPauses.add(skip);
    signal.addEventListener("abort", skip, { once: true });
  });
}
