// The lock of the server, as far as the page knows of it.

import { element } from "./element.js";
import { isShared, noteShare } from "./share.js";

let locked = false;

/** Whether one has to sign in here, and did. Known once the list of films has come. */
export function isLocked() {
  return locked;
}

/**
 * Notes of the answer with the list whether the server is locked: then it is for this viewer alone, and says so to caches.
 * @param {Response} answer
 */
export function noteLock(answer) {
  if (answer.status === 401) return sessionEnded();
  noteShare(answer);
  locked = !isShared() && /\bprivate\b/.test(answer.headers.get("Cache-Control") ?? "");
  element("session").hidden = !locked;
}

/** The server wants the password again: app.js leads to where one signs in. */
export function sessionEnded() {
  window.dispatchEvent(new Event("session-ended"));
}
