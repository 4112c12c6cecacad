// The menu of a film's card: what is known of the film in full, and what can be done with it.

import { clockTime, filmAddress } from "../shared/address.js";
import { filmPlaylistUrl, folderOf, sizeInWords, videoUrl } from "../shared/movies.js";
import { markFilm, progressOfFilm } from "../shared/progress.js";
import { commonEdition, versionNames, versionsOf } from "../shared/versions.js";
import { durationInWords, languagesInWords, stateInWords, titleInWords } from "../shared/words.js";

const menu = document.getElementById("film-menu");

menu.addEventListener("click", (event) => event.target.closest("a, button") && menu.hidePopover());

/** Opens beside the button. `onMark` is called when the film was marked as watched or not. */
export function openFilmMenu(button, movie, extras, onMark) {
  const progress = progressOfFilm(movie);
  const versions = versionsOf(movie);
  const begun = progress?.time > 0;
  document.getElementById("film-menu-title").textContent = titleInWords({ ...movie, edition: commonEdition(versions) });
  document.getElementById("film-menu-facts").replaceChildren(...facts(movie).map((fact) => node("p", fact)));
  document.getElementById("film-menu-acts").replaceChildren(
    link(begun ? `Resume at ${clockTime(progress.time)}` : "Play", filmAddress(movie.url)),
    ...versions.length > 1 ? versionLinks(versions) : [],
    ...extras.map((extra) => link(`Play ${extra.extra ?? titleInWords(extra)}`, filmAddress(extra.url))),
    markButton(movie, Boolean(progress?.watched), onMark),
    ...(begun ? [forgetButton(movie, onMark)] : []),
    link("Open in VLC", filmPlaylistUrl(movie)),
    download(movie),
  );
  menu.showPopover({ source: button });
}

function facts(movie) {
  const { path, year, duration, video, audio, subtitles, bytes } = movie;
  const sound = languagesInWords(audio);
  const words = languagesInWords(subtitles);
  return [
    stateInWords(movie),
    [year, duration && durationInWords(duration), sizeInWords(bytes)].filter(Boolean).join(" · "),
    video?.width && [`${video.width} × ${video.height}`, video.name, video.hdr && "HDR"].filter(Boolean).join(" · "),
    sound && `Sound: ${sound}`,
    words && `Subtitles: ${words}`,
    folderOf(path).replaceAll("/", " / "),
  ].filter(Boolean);
}

function versionLinks(versions) {
  const names = versionNames(versions);
  return versions.map(({ url }, index) => link(`Play ${names[index]}`, filmAddress(url)));
}

function markButton(movie, watched, onMark) {
  return act(watched ? "Mark as not watched" : "Mark as watched", () => {
    markFilm(movie, !watched);
    onMark();
  });
}

function forgetButton(movie, onMark) {
  return act("Remove from Continue watching", () => {
    markFilm(movie, false);
    onMark();
  });
}

function act(words, onClick) {
  const button = node("button", words);
  button.type = "button";
  button.addEventListener("click", onClick);
  return inItem(button);
}

function link(words, address) {
  const anchor = node("a", words);
  anchor.href = address;
  return inItem(anchor);
}

function download(movie) {
  const item = link("Download", videoUrl(movie));
  item.firstChild.download = "";
  return item;
}

function inItem(child) {
  const item = document.createElement("li");
  item.append(child);
  return item;
}

function node(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}
