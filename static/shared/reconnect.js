// Asks the server until it answers: soon at first, then with growing pauses, and at once when the network is back.

/**
 * "offline": the device has no network. "lost": no connection. "waking": the server is starting. "busy": it has no room.
 * @typedef {"offline" | "lost" | "waking" | "busy"} Trouble
 */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const WAKING_AFTER_MS = 4_000; // a host that takes the connection but does not answer so long is starting
const PATIENCE_MS = 60_000;
const LONG_S = 600; // who is told to come back later than this is not kept waiting
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]); // from a busy server, or a proxy before one that is starting

/** Thrown where another try is worth it. */
export class PassingTrouble extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

/** @type {Set<() => void>} */
const skipPauses = new Set(); // one for each pause
window.addEventListener("online", askNow);

/** Ends all pauses of `persist` and `pauseFor`. */
export function askNow() {
  for (const skip of skipPauses) skip();
}

/**
 * Asks for the URL until the trouble is over, and answers the status (0: a redirect). Null: `signal` ended it. `tell` is
 * called with each trouble. Asks by HEAD, and follows no redirects: they lead to another host, which may know only GET.
 * @param {string} url
 * @param {(trouble: Trouble) => void} tell
 * @param {AbortSignal} signal
 * @returns {Promise<number | null>}
 */
export async function untilAnswered(url, tell, signal) {
  const question = /** @type {const} */ ({ method: "HEAD", cache: "no-store", redirect: "manual", signal });
  return persist(async () => (await ask(url, question, tell)).status, tell, signal);
}

/**
 * What `attempt` answers, which is repeated while it throws a PassingTrouble. Null: `signal` ended it. `tell` is called
 * with each trouble.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {(trouble: Trouble) => void} tell
 * @param {AbortSignal} signal
 * @returns {Promise<T | null>}
 */
export async function persist(attempt, tell, signal) {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.7)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof PassingTrouble)) throw error;
      tell(error.trouble);
    }
    await pauseFor(pause * (0.5 + Math.random() / 2), signal); // not all viewers ask at the same time
  }
  return null;
}

/**
 * Asks once, and answers as soon as the fields of the answer are there. Throws a PassingTrouble.
 * @param {string} url
 * @param {RequestInit & { signal: AbortSignal }} question
 * @param {(trouble: Trouble) => void} tell
 */
export async function ask(url, question, tell) {
  const patience = new AbortController();
  const waking = setTimeout(() => tell("waking"), WAKING_AFTER_MS);
  const giveUp = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { ...question, signal: AbortSignal.any([question.signal, patience.signal]) });
    if (!PASSING.has(answer.status) || Number(answer.headers.get("Retry-After")) > LONG_S) return answer;
    throw new PassingTrouble(troubleBehind(answer));
  } catch (error) {
    throw error instanceof PassingTrouble ? error : connectionLost();
  } finally {
    clearTimeout(waking);
    clearTimeout(giveUp);
  }
}

/** The trouble of an answer that does not come, or stops coming. */
export function connectionLost() {
  return new PassingTrouble(navigator.onLine ? "lost" : "offline");
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
