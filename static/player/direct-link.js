// The address of a film's bytes for players and devices, which cannot sign in.

/** @import { Movie } from "../shared/movies.js" */

import { isLocked } from "../shared/access.js";
import { filmField } from "../shared/address.js";
import { serverUrl, videoUrl } from "../shared/movies.js";
import { isShared } from "../shared/share.js";

/** Whether this browser gives the address of what it plays to other devices (AirPlay), without its cookies. */
export function isHandedOver() {
  return needsTicket() && "WebKitPlaybackTargetAvailabilityEvent" in window;
}

/**
 * Where the server is locked, or a share may have a code, the address has a ticket in it, which is good for half a day or
 * longer. Null: the server gives none now.
 * @param {Movie} movie
 * @returns {Promise<string | null>}
 */
export async function directLink(movie) {
  if (!needsTicket()) return videoUrl(movie);
  const question = serverUrl(`/api/ticket?film=${filmField(movie.url)}`);
  const answer = await fetch(question, { cache: "no-store" }).catch(() => null);
  return answer?.ok ? serverUrl((await answer.json()).prefix + movie.url) : null;
}

function needsTicket() {
  return isLocked() || isShared();
}
