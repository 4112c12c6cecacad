// The player view: one film in a plain <video>.

import { clockTime, filmAddress } from "./address.js";
import { copyText } from "./clipboard.js";
import { hueOf } from "./cover.js";
import { explain } from "./failure.js";
import { folderOf, sizeInWords, videoUrl } from "./movies.js";

const ADDRESS_DELAY_MS = 300; // dragging the seek bar makes many seeks; browsers limit replaceState
const SKIP_S = 10;

const element = (id) => document.getElementById(id);
const video = element("video");
const notice = element("player-notice");

let current = null; // the movie that is open
let startTime = 0;
let addressTimer = 0;
let retry = () => {};

video.addEventListener("loadedmetadata", () => {
  if (startTime > 0) video.currentTime = startTime;
  element("sound-only").hidden = video.videoWidth > 0; // some codecs lose only the picture, and raise no error
});
video.addEventListener("error", onError);
video.addEventListener("pause", keepTimeInAddress);
video.addEventListener("seeked", keepTimeInAddress);
element("copy-link").addEventListener("click", copyLink);
element("failure-retry").addEventListener("click", () => retry());

/** Plays the film from the time. If it is open already, only seeks. */
export function openFilm(movie, time) {
  if (movie.path === current?.path && element("failure").hidden) {
    video.currentTime = time;
    return;
  }
  closeFilm();
  current = movie;
  startTime = time;
  describe(movie);
  video.src = videoUrl(movie); // no <source type>: browsers refuse by type what they could play
  focusVideo();
}

/** Space and arrows work at once; the ring shows only to those who came by the keyboard. */
function focusVideo() {
  video.focus({ preventScroll: true, focusVisible: document.activeElement.matches(":focus-visible") });
}

/** Lets go of the film and of its connection: a browser has only six to a host, and a paused film holds one. */
export function closeFilm() {
  clearTimeout(addressTimer);
  current = null;
  video.pause();
  video.removeAttribute("src");
  video.load();
  video.hidden = false;
  notice.textContent = "";
  element("copy-link").hidden = false;
  for (const id of ["failure", "sound-only"]) element(id).hidden = true;
}

/** A film that is in the address but cannot be opened. */
export function showAbsentFilm(path, failure, tryAgain) {
  closeFilm();
  const name = path.slice(path.lastIndexOf("/") + 1);
  describe({ title: name.replace(/\.\w{2,4}$/, "") || "Film", path, bytes: null, url: null });
  showFailure(failure, tryAgain);
}

export function onPlayerKey(key) {
  const act = keys[key.toLowerCase()];
  act?.();
  return act !== undefined;
}

// Only what the browser's own controls do not do already.
const keys = {
  k: togglePlay,
  j: () => skip(-SKIP_S),
  l: () => skip(SKIP_S),
  m: () => (video.muted = !video.muted),
  f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.()),
};

function togglePlay() {
  if (video.paused) video.play().catch(() => {}); // a refusal or an error shows itself otherwise
  else video.pause();
}

function skip(seconds) {
  if (video.readyState > 0) video.currentTime = Math.max(0, video.currentTime + seconds);
}

function describe({ title, path, bytes, url }) {
  document.title = `${title} – Films`;
  element("title").textContent = title;
  element("details").textContent = [folderOf(path).replaceAll("/", " / "), bytes !== null && sizeInWords(bytes)]
    .filter(Boolean)
    .join(" · ");
  element("stage").style.setProperty("--hue", hueOf(title));
  element("film-actions").hidden = url === null;
  for (const id of ["direct-link", "failure-download"]) element(id).href = url === null ? "" : videoUrl({ url });
}

async function onError() {
  const failed = current;
  if (failed === null) return; // the event was on its way when the film was left
  const time = video.currentTime || startTime;
  const failure = await explain(video.error, videoUrl(failed));
  if (current !== failed) return; // another film was opened meanwhile
  showFailure(failure, () => openFilm(failed, time));
}

function showFailure({ heading, words, retry: canRetry = false, download = false }, tryAgain) {
  retry = tryAgain;
  video.hidden = true;
  for (const id of ["sound-only", "copy-link"]) element(id).hidden = true;
  element("failure-heading").textContent = heading;
  element("failure-words").textContent = words;
  element("failure-retry").hidden = !canRetry;
  element("failure-download").hidden = !download;
  element("failure").hidden = false;
}

function keepTimeInAddress() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const settled = current && video.readyState > 0 && !video.seeking;
    if (settled) history.replaceState(history.state, "", filmAddress(current.path, timeToShare()));
  }, ADDRESS_DELAY_MS);
}

function timeToShare() {
  return video.ended ? 0 : video.currentTime;
}

async function copyLink() {
  const time = timeToShare();
  const link = new URL(filmAddress(current.path, time), document.baseURI).href;
  const copied = await copyText(link);
  notice.textContent = copied ? `Link copied; it starts at ${clockTime(time)}.` : `Copy this link: ${link}`;
}
