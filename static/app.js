// The page: shows the library or a film, as the address bar says, and keeps the list of films fresh.
//
// All views are in one document: `?film=` in the address opens the player, `?about=` the page about a film, and anything
// else the library. The viewer's place in the library (scroll, focused card) is kept in the entry of
// the history, so back, forward and reload lead there.

/** @import { Address } from "./shared/address.js" */
/** @import { Movie } from "./shared/movies.js" */

import { showAbout } from "./about/about.js";
import { isLocked } from "./shared/access.js";
import { aboutUrl, filmAddress, libraryAddress, readAddress } from "./shared/address.js";
import { focusFirstCard, followArrow, openFirstCard } from "./library/arrows.js";
import { element } from "./shared/element.js";
import { openFilmMenu } from "./library/film-menu.js";
import { chooseAnew, focusCard, focusedCard, isToGoOnWith, movieAt, showLibrary, showReachable, showUnreachable } from "./library/library.js";
import { playlistUrl, keyOf, loadMovies } from "./shared/movies.js";
import { adoptProgress, followOtherTabs } from "./shared/progress.js";
import { prepareTexts } from "./library/search-text.js";
import { sharePart, showShares } from "./shared/sharing.js";
import { homeOf, isShared, nameHome } from "./shared/share.js";
import { breathe } from "./shared/slices.js";
import { noteVersions, versionsOf } from "./shared/versions.js";

const REFRESH_INTERVAL_MS = 10_000;
const PENDING_INTERVAL_MS = 3_000; // while the server still looks into films
const SCROLL_REST_MS = 150;

const library = element("library");
const about = element("about");
const player = element("player");
const search = element("search", HTMLInputElement);
const sort = element("sort", HTMLSelectElement);
const version = element("version", HTMLSelectElement);

/** @typedef {typeof import("./player/player.js")} Cinema */
/** @type {Cinema | null} */
let cinema = null; // what shows films
const cinemaCame = breathe().then(() => import("./player/player.js")).then((came) => (cinema = came)); // the library comes first

/** @type {Movie[] | null} */
let movies = null; // the last list that came
/** @type {string | null} */
let lastFilm = null; // the key of the film that was open last
let refreshTimer = 0;
let scrollTimer = 0;

history.scrollRestoration = "manual"; // the browser would restore the scroll of the other view
window.addEventListener("popstate", followAddress);
window.addEventListener("scroll", onScroll, { passive: true });
window.addEventListener("focus", refreshIfSeen);
document.addEventListener("pointerdown", onPress);
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("focusin", keepPlace);
document.addEventListener("visibilitychange", refreshIfSeen);
window.addEventListener("session-ended", signIn);
followOtherTabs(render);
element("library-retry").addEventListener("click", refresh);
element("share-part").addEventListener("click", () => sharePart(here()));
element("show-shares").addEventListener("click", showShares);
search.addEventListener("input", onSearch);
sort.addEventListener("change", () => go(libraryAddress({ ...here(), sort: sort.value })));
version.addEventListener("change", () => goOn(filmAddress(version.value, cinema?.timeToShare())));
followAddress();

function here() {
  return readAddress(location.search);
}

function followAddress() {
  clearTimeout(scrollTimer);
  if (goHome()) return;
  const { url, path, time } = here();
  const asked = url === null ? aboutUrl(location.search) : null;
  library.hidden = url !== null || asked !== null;
  about.hidden = asked === null;
  player.hidden = url === null;
  if (url !== null) enterFilm(url, path, time);
  else if (asked !== null) enterAbout(asked);
  else enterLibrary();
}

/** Leads from the library to what a share is of, if that is a film or a series. Answers whether it does. */
function goHome() {
  if (!isShared() || movies === null) return false;
  const home = homeOf(movies);
  nameHome(home);
  if (location.search !== "" || home === "./") return false;
  history.replaceState(history.state, "", home);
  followAddress();
  return true;
}

/** @param {string} url */
async function enterAbout(url) {
  cinema?.closeFilm();
  window.scrollTo(0, 0);
  const listCame = find(url, "") !== undefined || (await refresh());
  if (about.hidden || aboutUrl(location.search) !== url) return; // the viewer went elsewhere meanwhile
  const movie = find(url, "");
  lastFilm = movie ? keyOf(movie) : null;
  if (movie) return showAbout(movie, movies ?? [], true);
  const { NOT_HERE, UNREACHABLE, showAbsentFilm } = await cinemaCame;
  if (about.hidden || aboutUrl(location.search) !== url) return;
  about.hidden = true;
  player.hidden = false;
  const path = new URLSearchParams(location.search).get("about") ?? "";
  showAbsentFilm(path, listCame ? NOT_HERE : UNREACHABLE, followAddress);
}

/** Shows what is new of the film that the page is about. */
function showAboutAgain() {
  const movie = find(aboutUrl(location.search) ?? "", "");
  if (movie) showAbout(movie, movies ?? [], false);
}

async function enterLibrary() {
  const { focus = null, scroll = 0 } = history.state ?? {};
  cinema?.closeFilm();
  chooseAnew();
  showControls();
  const { search } = location;
  const isFirst = movies === null;
  const shown = isFirst ? refresh() : render();
  if (!isFirst) refresh();
  window.scrollTo(0, scroll);
  await shown;
  if (library.hidden || location.search !== search) return;
  if (scroll > 0) window.scrollTo(0, scroll); // the page may have been too short for it
  if (focus !== null || lastFilm !== null) focusCard(focus, lastFilm);
  lastFilm = null;
}

/**
 * @param {string} url
 * @param {string} path
 * @param {number} time
 */
async function enterFilm(url, path, time) {
  window.scrollTo(0, 0);
  const listCame = find(url, path) !== undefined || (await refresh());
  const { NOT_HERE, UNREACHABLE, openFilm, showAbsentFilm } = await cinemaCame;
  if (here().url !== url) return; // the viewer went elsewhere meanwhile
  const movie = find(url, path);
  lastFilm = movie ? keyOf(movie) : null;
  if (movie) openFilm(movie, time, movies ?? []);
  else showAbsentFilm(path, listCame ? NOT_HERE : UNREACHABLE, followAddress);
}

/**
 * The film of this URL. The path is for older links to films whose path is not UTF-8: these had only the path as text.
 * @param {string} url
 * @param {string} path
 */
function find(url, path) {
  return movies?.find((movie) => movie.url === url) ?? movies?.find((movie) => movie.path === path);
}

/** Loads this view anew, a film at its present second. The server answers with the sign-in page, which leads back to it. */
function signIn() {
  const { url } = here();
  const time = cinema?.timeToShare() ?? 0;
  if (url !== null && time >= 1) history.replaceState(history.state, "", filmAddress(url, time));
  location.reload();
}

function showControls() {
  const address = here();
  const part = address.series || address.folder;
  document.title = part ? `${part} – Films` : "Films";
  if (search.value !== address.words) search.value = address.words;
  sort.hidden = address.series !== "";
  sort.value = address.sort;
  if (sort.selectedIndex < 0) sort.value = "";
  element("playlist", HTMLAnchorElement).href = playlistUrl(address);
}

async function render() {
  if (!about.hidden) showAboutAgain();
  if (movies === null || library.hidden) return;
  element("library-controls").hidden = movies.length === 0;
  element("share-part").hidden = !isLocked() || !(here().series || here().folder);
  await showLibrary(movies, here(), go);
}

/** Loads the list and shows it. Answers whether the server gave one. */
async function refresh() {
  clearTimeout(refreshTimer);
  try {
    const came = await loadMovies();
    const isNew = came !== movies;
    if (isNew) {
      await breathe(); // between works that each look at all films
      noteVersions(came);
      adoptProgress(came);
      movies = came;
      if (goHome()) return true;
    }
    if (isNew) await render();
    else showReachable();
    if (isNew) prepareTexts(came);
    return true;
  } catch {
    showUnreachable();
    return false;
  } finally {
    clearTimeout(refreshTimer);
    const pending = movies?.some(({ state }) => state === "pending");
    refreshTimer = setTimeout(refreshIfSeen, pending ? PENDING_INTERVAL_MS : REFRESH_INTERVAL_MS);
  }
}

function refreshIfSeen() {
  if (!document.hidden && player.hidden) refresh();
}

/** Only the first letter makes an entry in the history, so that back clears the whole search. */
function onSearch() {
  const before = here();
  const address = libraryAddress({ ...before, series: "", season: "", words: search.value });
  keepPlace();
  if (before.words === "") history.pushState(null, "", address);
  else history.replaceState(history.state, "", address);
  window.scrollTo(0, 0);
  render();
}

/**
 * The button is down for about 80 ms before the click. A finger may only want to scroll.
 * @param {PointerEvent} event
 */
function onPress({ target, button, pointerType }) {
  const card = target instanceof Element && button === 0 && pointerType !== "touch" ? target.closest(".card") : null;
  const movie = card && movieAt(card);
  if (movie) cinema?.expectFilm(movie);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const more = target.closest(".more");
  if (more instanceof HTMLElement) openMenu(more);
  const link = target.closest("a[href]");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!plain || !(link instanceof HTMLAnchorElement) || leadsElsewhere(link)) return;
  event.preventDefault();
  if (library.hidden && link.search === "") leaveFilm();
  else if (link.closest(".neighbours")) goOn(link.search);
  else go(link.search || "./", { fromLibrary: !library.hidden });
  if (!library.hidden) element("films").focus({ preventScroll: true }); // the link that had it may be gone
}

/** @param {HTMLAnchorElement} link */
function leadsElsewhere(link) {
  return link.pathname !== location.pathname || link.hash !== "" || link.hasAttribute("download");
}

/** @param {HTMLElement} button */
function openMenu(button) {
  const movie = movieAt(button);
  if (movie === null || movies === null) return;
  const keys = new Set(versionsOf(movie).map(keyOf));
  const extras = movies.filter(({ of }) => of !== undefined && keys.has(of));
  const episodes = movies.filter(({ series }) => series !== undefined && series === movie.series);
  openFilmMenu(button, movie, { extras, episodes, goesOn: isToGoOnWith(button) }, render);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
  const taken = !player.hidden ? onFilmKey(event) : about.hidden ? onLibraryKey(event) : onAboutKey(event);
  if (taken) event.preventDefault();
}

/** @param {KeyboardEvent} event */
function onLibraryKey({ key, target }) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches(".card")) return followArrow(key, target) || (key === "/" && focusSearch());
  if (key === "ArrowDown" && target === search) return focusFirstCard();
  if (key === "Enter" && target === search) return search.value.trim() !== "" && openFirstCard();
  return key === "/" && !target.matches("input, select") && focusSearch();
}

/** @param {KeyboardEvent} event */
function onAboutKey({ key }) {
  if (key !== "Escape") return false;
  leaveFilm();
  return true;
}

function focusSearch() {
  search.focus();
  search.select();
  return true;
}

/** @param {KeyboardEvent} event */
function onFilmKey(event) {
  if (event.key === "Escape" && !document.fullscreenElement && !document.querySelector("dialog[open]")) leaveFilm();
  return cinema?.onPlayerKey(event);
}

/** Goes back in the history if the film was opened from the library. So the back button does not lead to it again. */
function leaveFilm() {
  if (history.state?.fromLibrary) history.back();
  else go("./", null);
}

/**
 * Goes from a film to its neighbour or to another version. Replaces the entry of the history, so back still leads to where
 * the first one was opened.
 * @param {string} address
 */
function goOn(address) {
  history.replaceState(history.state, "", address);
  followAddress();
}

/**
 * @param {string} address
 * @param {{ fromLibrary?: boolean } | null} [state]
 */
function go(address, state) {
  keepPlace();
  history.pushState(state, "", address);
  followAddress();
}

function onScroll() {
  clearTimeout(scrollTimer);
  scrollTimer = setTimeout(keepPlace, SCROLL_REST_MS);
}

/** Keeps scroll and focus in the entry of the history. */
function keepPlace() {
  if (library.hidden) return;
  history.replaceState({ ...history.state, scroll: window.scrollY, focus: focusedCard() }, "");
}
