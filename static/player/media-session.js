// What is played, for the system: lock screens, keys of keyboards and headphones (https://www.w3.org/TR/mediasession/).

/** @import { Movie } from "../shared/movies.js" */

import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { skip } from "./keys.js";
import { nameOf } from "./upnext.js";

const SKIP_S = 10;
const POSTER_SIZES = "640x960";

const video = element("video", HTMLVideoElement);
const session = "mediaSession" in navigator ? navigator.mediaSession : null;
/** @type {string | undefined} */
let seriesPoster; // stands in for the poster of an episode

for (const event of ["durationchange", "ratechange", "seeked", "playing", "pause"]) video.addEventListener(event, tellPosition);

new MutationObserver(tellPoster).observe(video, { attributeFilter: ["poster"] });

/** @param {Movie} movie */
export function openSession(movie) {
  if (session === null) return;
  const { series, season } = movie;
  seriesPoster = movie.series_poster && serverUrl(movie.series_poster);
  const album = season === undefined ? "" : `Season ${season}`;
  session.metadata = new MediaMetadata({ title: nameOf(movie), artist: series ?? "", album });
  act("play", () => video.play().catch(() => {}));
  act("pause", () => video.pause());
  act("seekbackward", ({ seekOffset }) => skip(-(seekOffset ?? SKIP_S)));
  act("seekforward", ({ seekOffset }) => skip(seekOffset ?? SKIP_S));
  act("seekto", ({ seekTime }) => (video.currentTime = seekTime ?? video.currentTime));
  act("previoustrack", neighbour("previous-film"));
  act("nexttrack", neighbour("next-film"));
  tellPoster();
  tellPosition();
}

export function closeSession() {
  if (session === null) return;
  session.metadata = null;
  session.playbackState = "none";
}

/**
 * @param {MediaSessionAction} action
 * @param {MediaSessionActionHandler | null} handler
 */
function act(action, handler) {
  try {
    session?.setActionHandler(action, handler);
  } catch {
    // This browser has no such action.
  }
}

/** @param {string} id */
function neighbour(id) {
  const link = element(id);
  return link.hidden ? null : () => link.click();
}

/** A poster that a busy server has not made yet comes later, and the system would not ask again. */
function tellPoster() {
  const src = video.poster || seriesPoster;
  if (session?.metadata && src) session.metadata.artwork = [{ src, sizes: POSTER_SIZES }];
}

function tellPosition() {
  const { duration, currentTime: position, playbackRate } = video;
  if (!session?.metadata || !(duration > 0) || !Number.isFinite(duration)) return;
  session.playbackState = video.paused ? "paused" : "playing";
  session.setPositionState({ duration, position: Math.min(position, duration), playbackRate });
}
