// The page: shows the library or a film, as the address bar says, and keeps the list fresh.

import { readAddress } from "./address.js";
import { NOT_HERE, UNREACHABLE } from "./failure.js";
import { focusCard, showMovies, showUnreachable } from "./library.js";
import { loadMovies } from "./movies.js";
import { closeFilm, onPlayerKey, openFilm, showAbsentFilm } from "./player.js";

const REFRESH_INTERVAL_MS = 10_000;

const library = document.getElementById("library");
const player = document.getElementById("player");

let movies = []; // the last list that came
let libraryScroll = 0;
let lastFilm = null; // the path of the film that was open last
let refreshTimer = 0;

history.scrollRestoration = "manual"; // both views share one document: the browser's guess is the other view's scroll
window.addEventListener("popstate", followAddress);
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", refreshIfSeen);
window.addEventListener("focus", refreshIfSeen);
document.getElementById("library-retry").addEventListener("click", refresh);
followAddress();

function followAddress() {
  const { path, time } = readAddress(location.search);
  if (!library.hidden) libraryScroll = window.scrollY;
  library.hidden = path !== null;
  player.hidden = path === null;
  if (path === null) enterLibrary();
  else enterFilm(path, time);
}

function enterLibrary() {
  closeFilm();
  document.title = "Films";
  refresh();
  window.scrollTo(0, libraryScroll);
  if (lastFilm !== null) focusCard(lastFilm);
}

async function enterFilm(path, time) {
  window.scrollTo(0, 0);
  lastFilm = path;
  const listCame = find(path) !== undefined || (await refresh());
  if (readAddress(location.search).path !== path) return; // the viewer went elsewhere meanwhile
  const movie = find(path);
  if (movie) openFilm(movie, time);
  else showAbsentFilm(path, listCame ? NOT_HERE : UNREACHABLE, followAddress);
}

function find(path) {
  return movies.find((movie) => movie.path === path);
}

/** Brings the list up to date, and answers whether the server gave one. */
async function refresh() {
  clearTimeout(refreshTimer);
  try {
    movies = await loadMovies();
    showMovies(movies);
    return true;
  } catch {
    showUnreachable();
    return false;
  } finally {
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(refreshIfSeen, REFRESH_INTERVAL_MS);
  }
}

function refreshIfSeen() {
  if (!document.hidden && !library.hidden) refresh();
}

function onClick(event) {
  const link = event.target.closest("a");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!link || !plain) return;
  if (link.classList.contains("card")) go(link.search, { fromLibrary: true });
  else if (link.getAttribute("href") === "./") leaveFilm();
  else return;
  event.preventDefault();
}

function onKey(event) {
  if (player.hidden || event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  const spaceOnPage = event.key === " " && event.target === document.body;
  if (event.key === "Escape" && !document.fullscreenElement) leaveFilm();
  else if (onPlayerKey(spaceOnPage ? "k" : event.key)) event.preventDefault();
}

/** Back to where the viewer came from, so that the browser's back button does not lead into the film again. */
function leaveFilm() {
  if (history.state?.fromLibrary) history.back();
  else go("./", null);
}

function go(address, state) {
  history.pushState(state, "", address);
  followAddress();
}
