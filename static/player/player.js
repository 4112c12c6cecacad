// The player view: plays one film, from where it was left, and shows what is known of it.

/** @import { Cinema } from "./controls.js" */
/** @import { Movie } from "../shared/movies.js" */
/** @import { Trouble } from "../shared/reconnect.js" */
/** @import { Failure } from "./failure.js" */

import { sessionEnded } from "../shared/access.js";
import { closeActions, openActions } from "./actions.js";
import { clockTime, filmAddress, libraryAddress } from "../shared/address.js";
import "./blocked.js";
import "./caption-style.js";
import { closeCaptions, openCaptions } from "./captions.js";
import { closeChapters, openChapters } from "./chapters.js";
import { loadControls } from "./controls.js";
import { directLink, isHandedOver } from "./direct-link.js";
import { element } from "../shared/element.js";
import { hueOf } from "../library/cover.js";
import { failureShows, hideFailure, showFailure } from "./failure-panel.js";
import { TROUBLE_NOTES, UNREACHABLE, explain, explainTrouble } from "./failure.js";
import { pressKey } from "./keys.js";
import { knowLength } from "./length.js";
import { folderOf, keyOf, loadMovies, serverUrl, sizeInWords, videoUrl } from "../shared/movies.js";
import { hideNote, note } from "../shared/note.js";
import { closePoster, openPoster } from "./poster.js";
import { followSoundAndSpeed } from "../shared/preferences.js";
import { keepProgress, progressOfCut } from "../shared/progress.js";
import { askNow, untilAnswered } from "../shared/reconnect.js";
import { openShape } from "./shape.js";
import { closeSounds, openSounds } from "./sounds.js";
import { closeStream, openStream, streamGrows, streamTime } from "./stream.js";
import { closeNeighbours, nameOf, openNeighbours } from "./upnext.js";
import { closeVersions, openVersions } from "./version-picker.js";
import { noteVersions } from "../shared/versions.js";
import { closeWarnings, openWarnings } from "./warnings.js";
import { waysOf } from "../shared/ways.js";
import { durationInWords } from "../shared/words.js";

export { NOT_HERE, UNREACHABLE } from "./failure.js";

const ADDRESS_DELAY_MS = 300; // dragging the seek bar makes many seeks; browsers limit replaceState
const DETAILS_INTERVAL_MS = 3_000;
const POSTER_PATIENCE_MS = 120_000;
const PROGRESS_INTERVAL_S = 5;

const video = element("video", HTMLVideoElement);

/** @type {Movie | null} */
let current = null; // the movie that is open
let addressTimer = 0;
let detailsTimer = 0;
let keptTime = 0; // the time that was kept last
/** @type {Cinema | undefined} */
let cinema; // once it is loaded
let waiting = new AbortController(); // aborted when nobody waits for the server of an absent film any more

followSoundAndSpeed(video);
video.addEventListener("timeupdate", () => Math.abs(video.currentTime - keptTime) >= PROGRESS_INTERVAL_S && keepPlace());
for (const event of ["pause", "seeked"]) video.addEventListener(event, keepTimeInAddress);
video.addEventListener("pause", keepPlace);
window.addEventListener("pagehide", keepPlace);
video.addEventListener("skipped", (event) => event instanceof CustomEvent && noteSkip(event.detail));

/**
 * Plays the film from the time, in seconds; 0: from where it was left on this device. If it is open already, only seeks.
 * Its neighbours are looked for among `movies`.
 * @param {Movie} movie
 * @param {number} time
 * @param {Movie[]} movies
 */
export function openFilm(movie, time, movies) {
  if (current !== null && keyOf(movie) === keyOf(current) && !failureShows()) {
    video.currentTime = time;
    return;
  }
  closeFilm();
  current = movie;
  describe(movie);
  openVersions(movie);
  openNeighbours(movie, movies);
  openActions(movie, timeToShare);
  showDetails(movie);
  const isBeyondEnd = movie.duration !== undefined && time >= movie.duration; // mostly after a change to a shorter version
  play(movie, (!isBeyondEnd && time) || resumedTime(movie));
  focusPlayer();
  if (movie.state === "pending") awaitDetails(movie);
  else awaitPoster(movie, DETAILS_INTERVAL_MS);
}

/**
 * Lets the browser have the film's index before the film is opened, which will probably be soon.
 * @param {Movie} movie
 */
export function expectFilm(movie) {
  if (movie.segments && waysOf(movie)[0] === "segments") fetch(serverUrl(movie.segments)).catch(() => {});
}

/** Closes the film and its connection. The viewer's place in it is kept. */
export function closeFilm() {
  waiting.abort();
  clearTimeout(addressTimer);
  clearTimeout(detailsTimer);
  keepPlace();
  current = null;
  closeStream();
  closeCaptions();
  closeChapters();
  closePoster();
  closeSounds();
  closeNeighbours();
  closeVersions();
  closeWarnings();
  closeActions();
  cinema?.closeCinema();
  hideFailure();
  hideNote();
}

/**
 * Shows why the film in the address cannot be opened. If the server cannot be reached, calls `tryAgain` once it answers.
 * @param {string} path
 * @param {Failure} failure
 * @param {() => void} tryAgain
 */
export function showAbsentFilm(path, failure, tryAgain) {
  closeFilm();
  const name = path.slice(path.lastIndexOf("/") + 1);
  describe({ title: name.replace(/\.\w{2,4}$/, "") || "Film", path });
  showFailure(failure, tryAgain);
  if (failure === UNREACHABLE) tryOnceAnswered(tryAgain);
}

/**
 * Does what the key stands for. Answers whether it means something in the player.
 * @param {KeyboardEvent} event
 */
export function onPlayerKey(event) {
  const words = current === null ? null : pressKey(event);
  if (words) note(words);
  return words !== null;
}

/** @param {() => void} tryAgain */
async function tryOnceAnswered(tryAgain) {
  waiting = new AbortController();
  const status = await untilAnswered("api/movies", () => {}, waiting.signal);
  if (status !== null) tryAgain();
}

/** Focuses the picture. The ring shows only if the viewer came by the keyboard. */
function focusPlayer() {
  element("stage").focus({ preventScroll: true, focusVisible: document.activeElement?.matches(":focus-visible") });
}

/** @param {Pick<Movie, "title" | "path"> & Partial<Movie>} movie */
function describe(movie) {
  const { title, path, bytes, duration, series, year } = movie;
  const name = [series, nameOf(movie)].filter(Boolean).join(" · ");
  document.title = `${name} – Films`;
  nameFilm(element("title"), series, nameOf(movie));
  const folder = folderOf(path).replaceAll("/", " / ");
  const facts = [year, duration && durationInWords(duration), folder, bytes !== undefined && sizeInWords(bytes)];
  element("details").textContent = facts.filter(Boolean).join(" · ");
  element("stage").style.setProperty("--hue", String(hueOf(title)));
}

/**
 * Writes "Series · S1 E2 · Title", where the series leads to its page.
 * @param {HTMLElement} heading
 * @param {string | undefined} series
 * @param {string} name
 */
function nameFilm(heading, series, name) {
  const parts = name.split(" · ").map((words) => document.createTextNode(words));
  const link = Object.assign(document.createElement("a"), { href: libraryAddress({ series }), textContent: series });
  const all = series === undefined ? parts : [link, ...parts];
  heading.replaceChildren(
    ...all.flatMap((part, index) => {
      const unbroken = document.createElement("span");
      unbroken.append(part);
      if (index === all.length - 1) return [unbroken];
      unbroken.append(" ·");
      return [unbroken, " "];
    }),
  );
}

/**
 * Shows what the server found in the film.
 * @param {Movie} movie
 */
function showDetails(movie) {
  knowLength(movie.duration);
  openWarnings(movie);
  openCaptions(movie);
  openChapters(movie.chapters ?? [], movie.duration);
  openPoster(movie);
  openShape(movie);
  video.querySelector("track.thumbnails")?.remove();
  if (movie.thumbnails) video.append(thumbnailTrack(movie.thumbnails));
  dimTheLights(movie);
}

/**
 * Once the controls are there.
 * @param {Movie} movie
 */
async function dimTheLights(movie) {
  cinema = await loadControls();
  if (current === movie) cinema.openCinema(movie);
}

/**
 * Shows the details once the server has looked into the film. A new film plays before that.
 * @param {Movie} movie
 */
function awaitDetails(movie) {
  detailsTimer = setTimeout(async () => {
    const movies = await loadMovies().catch(() => []);
    if (current !== movie) return;
    const found = movies.find((other) => keyOf(other) === keyOf(movie) && other.state !== "pending");
    if (found === undefined) return awaitDetails(movie);
    noteVersions(movies);
    current = found;
    describe(found);
    openVersions(found);
    showDetails(found);
    awaitPoster(found, DETAILS_INTERVAL_MS);
    if (video.readyState === 0 && waysOf(found)[0] === "segments") play(found, streamTime()); // sooner than the file
  }, DETAILS_INTERVAL_MS);
}

/**
 * Shows the poster once it is made, which may be after the film was opened. Asks more and more rarely, since there may never
 * be one.
 * @param {Movie} movie
 * @param {number} delay in milliseconds
 */
function awaitPoster(movie, delay) {
  if (movie.poster !== undefined || movie.video === undefined || delay > POSTER_PATIENCE_MS) return;
  detailsTimer = setTimeout(async () => {
    const movies = await loadMovies().catch(() => []);
    if (current !== movie) return;
    const found = movies.find((other) => keyOf(other) === keyOf(movie));
    if (found?.poster === undefined) awaitPoster(movie, 2 * delay);
    else openPoster(found);
  }, delay);
}

/** @param {string} url */
function thumbnailTrack(url) {
  const track = document.createElement("track");
  Object.assign(track, { className: "thumbnails", kind: "metadata", label: "thumbnails", src: serverUrl(url) });
  track.track.mode = "hidden";
  return track;
}

/**
 * @param {Movie} movie
 * @param {number} time
 */
function play(movie, time) {
  if (!isHandedOver()) return playFrom(videoUrl(movie), movie, time);
  const goesOn = () => current !== null && keyOf(current) === keyOf(movie);
  directLink(movie).then((url) => goesOn() && playFrom(url ?? videoUrl(movie), movie, time));
}

/**
 * @param {string} url of the film's bytes
 * @param {Movie} movie
 * @param {number} time
 */
function playFrom(url, movie, time) {
  keptTime = time;
  const { audio = [], bytes, segments, series } = movie;
  const renewedUrl = async () => (isHandedOver() ? directLink(movie) : null); // its ticket has ended
  const film = { url, bytes, indexUrl: segments ? serverUrl(segments) : "", ways: waysOf(movie), audio, series, renewedUrl };
  openStream(film, time, {
    onTrouble: (trouble, begun) => showTrouble(trouble, begun, current ?? movie),
    onEnd,
    onSounds: (sounds, heard) => openSounds(sounds, heard, series),
    onFailure: (status, error) => (status === 401 ? sessionEnded() : fail(status, error, current ?? movie)),
  });
}

/**
 * @param {number} status
 * @param {MediaError | null} error
 * @param {Movie} movie
 */
function fail(status, error, movie) {
  showFailure(explain(status, error, movie), () => playAgain(current ?? movie));
}

/** @param {number} seconds */
function noteSkip(seconds) {
  note(seconds < 0 ? `${seconds} s` : `+${seconds} s`);
}

function onEnd() {
  hideNote("trouble");
  keepPlace();
  showEnding(current);
}

/** @param {Movie | null} movie */
async function showEnding(movie) {
  const { showEnding } = await loadControls();
  if (movie !== null && movie === current && video.ended) showEnding();
}

/** @param {Movie} movie */
function playAgain(movie) {
  hideFailure();
  play(movie, streamTime());
}

/** @param {Movie} movie */
function resumedTime(movie) {
  const time = progressOfCut(movie)?.time ?? 0;
  if (time > 0) note(`Resumed at ${clockTime(time)}`, "Start over", () => (video.currentTime = 0));
  return time;
}

/**
 * @param {Trouble | "recording" | null} trouble
 * @param {boolean} begun
 * @param {Movie} movie
 */
function showTrouble(trouble, begun, movie) {
  if (trouble === null) {
    if (failureShows()) hideFailure();
    hideNote("trouble");
  } else if (begun || trouble === "recording") {
    note(TROUBLE_NOTES[trouble], "Try now", askNow, "trouble");
  } else {
    showFailure(explainTrouble(trouble, movie), askNow);
  }
}

function keepPlace() {
  if (current === null || video.readyState === 0) return;
  keptTime = streamTime();
  keepProgress(keyOf(current), keptTime, video.duration, { grows: streamGrows(), inCredits: cinema?.isInCredits() });
}

function keepTimeInAddress() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    if (current === null || video.readyState === 0 || video.seeking) return;
    history.replaceState(history.state, "", filmAddress(current.url, timeToShare()));
  }, ADDRESS_DELAY_MS);
}

/** The second of the film that a link leads to; 0 at its end. */
export function timeToShare() {
  return video.ended && !streamGrows() ? 0 : streamTime();
}
