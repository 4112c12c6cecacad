// The page about a film. It is loaded when somebody asks for it.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Warning } from "../shared/playability.js" */
/** @import { About } from "./facts.js" */

import { isLocked } from "../shared/access.js";
import { clockTime, filmAddress, libraryAddress, startAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { filmPlaylistUrl, keyOf, serverUrl, videoUrl } from "../shared/movies.js";
import { warningsFor } from "../shared/playability.js";
import { markFilm, progressOfFilm } from "../shared/progress.js";
import { isShared } from "../shared/share.js";
import { shareFilm } from "../shared/sharing.js";
import { commonEdition, versionNames, versionsOf } from "../shared/versions.js";
import { episodeInWords, titleInWords } from "../shared/words.js";
import { hueOf } from "../library/cover.js";
import { essentials, factsOf } from "./facts.js";
import { castList, factList, link, list, node, paragraphs, section, words } from "./parts.js";
import { hangArtwork } from "./picture.js";

const LONG_TITLE = 50; // characters; longer ones are set smaller
/** What each button looks like on a phone, which has no room for five with words beside each other: paths of 24 × 24. */
const SIGNS = {
  restart: "M4 12a8 8 0 1 0 2.600-5.900L4 8.500M4 4v4.500h4.500",
  mark: "M5 12.500l4.500 4.500L19 7.500",
  share: "M12 15V4M8 7.500l4-4 4 4M5 12v7h14v-7",
  list: "M4 6h16M4 12h8M4 18h8M16 11.500v7l5-3.500z",
  download: "M12 4v11M8 11.500l4 4 4-4M5 19.500h14",
};
const PATIENCE_MS = 400; // the page is shown without what the server says of the film if that takes longer

/** @type {{ movie: Movie, movies: Movie[] } | null} */
let current = null; // the film that the page is about, and the list that it is in
/** @type {{ url: string | undefined, about: About }} */
let known = { url: undefined, about: {} }; // what the server said last, and where
let wantsFocus = false; // whether the title is to have the focus when it is drawn
let shown = ""; // what the page shows now, so that it is drawn anew only if that changes
/** @type {Promise<unknown> | null} */
let style = null;

/**
 * Shows the page about the movie, whose extras are among `movies`; or what is new of it, if it is shown already. With
 * `focus`, its title has the focus, as after a change of the page.
 * @param {Movie} movie
 * @param {Movie[]} movies
 * @param {boolean} focus
 */
export async function showAbout(movie, movies, focus) {
  if (current?.movie.url !== movie.url) clear();
  current = { movie, movies };
  wantsFocus ||= focus;
  document.title = `${nameOf(movie)} – Films`;
  const told = load(movie.about);
  await Promise.all([styled(), Promise.race([told, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])]);
  await draw();
  if (await told) await draw();
}

/** The page of another film is not seen while this one's comes. */
function clear() {
  element("about-page").replaceChildren();
  shown = "";
  wantsFocus = false;
}

/** Draws the page, unless it shows all that already. What has the focus has it again. */
async function draw() {
  if (current === null) return;
  const asked = current.movie;
  const warnings = await warningsFor(asked);
  const { movie, movies } = current;
  if (movie !== asked) return; // the viewer went elsewhere meanwhile, or more is known
  const about = known.url === movie.about ? { ...known.about } : {};
  if (isShared()) delete about.improve; // a guest cannot
  const keys = new Set(versionsOf(movie).map(keyOf));
  const extras = movies.filter(({ of }) => of !== undefined && keys.has(of));
  const drawn = JSON.stringify([movie, about, versionsOf(movie), extras, progressOfFilm(movie), warnings]);
  const focused = wantsFocus ? "about-title" : document.activeElement?.id;
  if (drawn !== shown) {
    const head = headOf(movie, about);
    const story = storyOf(movie, about, warnings, extras);
    element("about-page").replaceChildren(head, node("div", "about-body", story, factList(factsOf(movie, about, warnings))));
    hangArtwork(head, element(movie.series === undefined ? "about-title" : "about-series"), movie, about.artwork ?? {});
  }
  if (focused && (wantsFocus || drawn !== shown)) document.getElementById(focused)?.focus({ preventScroll: true, focusVisible: !wantsFocus });
  shown = drawn;
  wantsFocus = false;
}

/**
 * @param {Movie} movie
 * @param {About} about
 * @param {Warning[]} warnings
 * @param {Movie[]} extras
 */
function storyOf(movie, about, warnings, extras) {
  const { plot = "", cast = [], of_series: series = {} } = about;
  const versions = versionsOf(movie);
  const trailers = extras.map((extra) => link(extra.extra ? `${extra.title} (${extra.extra})` : titleInWords(extra), filmAddress(extra.url)));
  return node(
    "div",
    "about-story",
    ...list(warnings.map(({ words: text }) => node("span", "", text)), "warnings", "About this film in this browser"),
    ...paragraphs(plot),
    ...section("Cast", list(castList(cast), "cast")),
    ...section(`About ${series.title ?? movie.series}`, paragraphs(series.plot ?? "")),
    ...section("Versions", versions.length > 1 ? list(versionLinks(movie, versions), "about-links") : []),
    ...section("Extras", list(trailers, "about-links")),
  );
}

/**
 * @param {Movie} movie
 * @param {About} about
 */
function headOf(movie, about) {
  const title = words("h1", "", titleInWords({ ...movie, edition: commonEdition(versionsOf(movie)) }));
  title.id = "about-title";
  title.classList.toggle("long", movie.title.length > LONG_TITLE);
  title.tabIndex = -1;
  const series = link(movie.series ?? "", libraryAddress({ series: movie.series }));
  series.id = "about-series";
  const of = [episodeInWords(movie), movie.extra ?? ""].filter(Boolean).map((text) => words("span", "", text));
  const head = node(
    "section",
    "about-head",
    node(
      "div",
      "about-words",
      ...(movie.series || of.length > 0 ? [node("p", "about-of", ...(movie.series ? [series] : []), ...of)] : []),
      title,
      ...(about.tagline ? [words("p", "about-tagline", about.tagline)] : []),
      node("p", "about-essentials", ...essentials(movie, about).map((text) => node("span", "", words("bdi", "", text)))),
      actionsOf(movie),
    ),
  );
  head.style.setProperty("--hue", String(hueOf(movie.title)));
  return head;
}

/** @param {Movie} movie */
function actionsOf(movie) {
  const progress = progressOfFilm(movie);
  const time = progress?.time ?? 0;
  const watched = Boolean(progress?.watched);
  const play = link(time > 0 ? `Resume at ${clockTime(time)}` : "Play", filmAddress(movie.url), "button primary");
  play.id = "about-play";
  const mark = node("button", "button", watched ? "Mark as not watched" : "Mark as watched");
  Object.assign(mark, { id: "about-mark", type: "button" });
  mark.addEventListener("click", () => {
    markFilm(movie, !watched);
    draw();
  });
  const download = link("Download", videoUrl(movie), "button downloads");
  download.download = "";
  const share = Object.assign(node("button", "button", "Share …"), { type: "button" });
  share.addEventListener("click", () => shareFilm(movie));
  const fromStart = time > 0 ? [signed(link("Play from the beginning", startAddress(movie.url), "button"), SIGNS.restart)] : [];
  const list = link("Open in VLC", filmPlaylistUrl(movie), "button");
  const others = [signed(mark, SIGNS.mark), ...(isLocked() ? [signed(share, SIGNS.share)] : []), signed(list, SIGNS.list), signed(download, SIGNS.download)];
  return node("p", "actions", play, ...fromStart, ...others);
}

/**
 * The button with a sign before its words.
 * @param {HTMLElement} button
 * @param {string} path
 */
function signed(button, path) {
  const [sign, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  sign.setAttribute("viewBox", "0 0 24 24");
  sign.ariaHidden = "true";
  line.setAttribute("d", path);
  sign.append(line);
  button.prepend(sign);
  return button;
}

/**
 * @param {Movie} movie
 * @param {Movie[]} versions
 */
function versionLinks(movie, versions) {
  const names = versionNames(versions);
  return versions.map((version, index) => {
    const made = link(`Play ${names[index]}`, filmAddress(version.url));
    return keyOf(version) === keyOf(movie) ? node("span", "", made, node("span", "quiet", " – the one described here")) : made;
  });
}

/** @param {Movie} movie */
function nameOf(movie) {
  return [movie.series, episodeInWords(movie), movie.title].filter(Boolean).join(" · ");
}

/**
 * Loads what the server says at this URL of a film. Answers whether that is new.
 * @param {string} [url]
 */
async function load(url) {
  if (url === undefined || url === known.url) return false;
  try {
    const response = await fetch(serverUrl(url));
    if (!response.ok) return false;
    known = { url, about: await response.json() };
    return true;
  } catch {
    return false; // asked for again when the list is refreshed
  }
}

/** Loads the style sheet of the page, once. */
function styled() {
  style ??= new Promise((resolve) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "static/about/about.css" });
    for (const event of ["load", "error"]) sheet.addEventListener(event, resolve);
    document.head.append(sheet);
  });
  return style;
}
