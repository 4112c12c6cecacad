// The menu of a film's card: all that is known of the film, and what can be done with it.

/** @import { Movie } from "../shared/movies.js" */

import { isLocked } from "../shared/access.js";
import { aboutAddress, clockTime, filmAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { filmPlaylistUrl, folderOf, sizeInWords, subtitlesOf, videoUrl } from "../shared/movies.js";
import { mayDownload } from "../shared/share.js";
import { markFilm, progressOfFilm, putAside } from "../shared/progress.js";
import { shareFilm } from "../shared/sharing.js";
import { placeBeside } from "./menu-place.js";
import { commonEdition, versionNames, versionsOf } from "../shared/versions.js";
import { durationInWords, languagesInWords, stateInWords, titleInWords } from "../shared/words.js";

const menu = element("film-menu");

menu.addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest("a, button")) menu.hidePopover();
});

/**
 * Opens the menu beside the button. `extras` are the film's, `episodes` those of its series. `goesOn`: the card is one of
 * those to go on with. `onMark` is called after its progress was changed.
 * @param {HTMLElement} button
 * @param {Movie} movie
 * @param {{ extras: Movie[], episodes: Movie[], goesOn: boolean }} beside
 * @param {() => void} onMark
 */
export function openFilmMenu(button, movie, { extras, episodes, goesOn }, onMark) {
  const progress = progressOfFilm(movie);
  const versions = versionsOf(movie);
  const time = progress?.time ?? 0;
  const begun = time > 0;
  element("film-menu-title").textContent = titleInWords({ ...movie, edition: commonEdition(versions) });
  element("film-menu-facts").replaceChildren(...facts(movie).map((fact) => node("p", fact)));
  element("film-menu-acts").replaceChildren(
    link(begun ? `Resume at ${clockTime(time)}` : "Play", filmAddress(movie.url)),
    ...versions.length > 1 ? versionLinks(versions) : [],
    ...extras.map((extra) => link(`Play ${extra.extra ?? titleInWords(extra)}`, filmAddress(extra.url))),
    link("About", aboutAddress(movie.url)),
    markButton(movie, Boolean(progress?.watched), onMark),
    ...(begun || goesOn ? [forgetButton(movie, episodes, onMark)] : []),
    ...(isLocked() ? [act("Share …", () => shareFilm(movie))] : []),
    link("Open in VLC", filmPlaylistUrl(movie)),
    ...(mayDownload() ? [link("Download", videoUrl(movie), "")] : []),
  );
  menu.showPopover({ source: button });
  settle(button);
}

/**
 * Puts the menu beside the button, where it stays though the page below may still move. On phones style.css says its place.
 * @param {HTMLElement} button
 */
function settle(button) {
  const size = { width: menu.offsetWidth, height: menu.offsetHeight };
  const { x, y } = placeBeside(button.getBoundingClientRect(), size, { width: innerWidth, height: innerHeight });
  menu.style.setProperty("--menu-left", `${x}px`);
  menu.style.setProperty("--menu-top", `${y}px`);
}

/** @param {Movie} movie */
function facts(movie) {
  const { path, year, duration, video, audio, bytes } = movie;
  const sound = languagesInWords(audio);
  const words = languagesInWords(subtitlesOf(movie));
  return [
    stateInWords(movie),
    [year, duration && durationInWords(duration), sizeInWords(bytes)].filter(Boolean).join(" · "),
    video ? [`${video.width} × ${video.height}`, video.name, video.hdr && "HDR"].filter(Boolean).join(" · ") : "",
    sound && `Sound: ${sound}`,
    words && `Subtitles: ${words}`,
    folderOf(path).replaceAll("/", " / "),
  ].filter(Boolean);
}

/** @param {Movie[]} versions */
function versionLinks(versions) {
  const names = versionNames(versions);
  return versions.map(({ url }, index) => link(`Play ${names[index]}`, filmAddress(url)));
}

/**
 * @param {Movie} movie
 * @param {boolean} watched
 * @param {() => void} onMark
 */
function markButton(movie, watched, onMark) {
  return act(watched ? "Mark as not watched" : "Mark as watched", () => {
    markFilm(movie, !watched);
    onMark();
  });
}

/**
 * @param {Movie} movie
 * @param {Movie[]} episodes
 * @param {() => void} onMark
 */
function forgetButton(movie, episodes, onMark) {
  return act("Remove from Continue watching", () => {
    markFilm(movie, false);
    putAside(episodes); // else the series would go on from the one before
    onMark();
  });
}

/**
 * @param {string} words
 * @param {() => void} onClick
 */
function act(words, onClick) {
  const button = node("button", words);
  button.type = "button";
  button.addEventListener("click", onClick);
  return inItem(button);
}

/**
 * A link in a list item. `download` is its attribute of that name; undefined: it has none.
 * @param {string} words
 * @param {string} address
 * @param {string} [download]
 */
function link(words, address, download) {
  const anchor = node("a", words);
  anchor.href = address;
  if (download !== undefined) anchor.download = download;
  return inItem(anchor);
}

/** @param {HTMLElement} child */
function inItem(child) {
  const item = document.createElement("li");
  item.append(child);
  return item;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} words
 */
function node(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}
