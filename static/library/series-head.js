// The head of a series: the episode to go on with, large, and the marks of a season.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Season } from "./seasons.js" */

import { clockTime, filmAddress } from "../shared/address.js";
import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { markFilm, progressOfFilm } from "../shared/progress.js";
import { durationInWords, episodeAndTitle } from "../shared/words.js";
import { drawCover, hangPicture } from "./cover.js";
import { nextOf } from "./watching.js";

const STAGES = { begun: "Go on with", next: "Next episode", new: "Begin with", over: "All watched" };

const head = element("series-next");
const link = element("series-next-link", HTMLAnchorElement);
const mark = element("season-mark", HTMLButtonElement);
let onMark = () => {};
mark.addEventListener("click", () => onMark());

/**
 * Shows the episode of all of the series that comes next. Null: no series is shown.
 * @param {Movie[] | null} episodes
 */
export function showNextEpisode(episodes) {
  head.hidden = episodes === null;
  if (episodes === null) return;
  const { movie, stage } = nextOf(episodes);
  const time = stage === "begun" ? progressOfFilm(movie)?.time ?? 0 : 0;
  element("series-stage").textContent = STAGES[stage];
  element("series-next-title").textContent = episodeAndTitle(movie);
  element("series-next-meta").textContent = movie.duration === undefined ? "" : durationInWords(movie.duration);
  element("series-play").textContent = time > 0 ? `Resume at ${clockTime(time)}` : stage === "over" ? "Watch again" : "Play";
  link.href = filmAddress(movie.url);
  showPicture(movie, time / (movie.duration ?? Infinity));
}

/**
 * Shows the button that marks all episodes of the season. `marked` is called after that.
 * @param {Season | null} season
 * @param {() => void} marked
 */
export function showSeasonMark(season, marked) {
  mark.hidden = season === null;
  if (season === null) return;
  const isWatched = season.episodes.every((episode) => progressOfFilm(episode)?.watched);
  mark.textContent = isWatched ? `Mark ${season.heading} as not watched` : `Mark ${season.heading} as watched`;
  onMark = () => {
    for (const episode of season.episodes) markFilm(episode, !isWatched);
    marked();
  };
}

/**
 * @param {Movie} movie
 * @param {number} part
 */
function showPicture({ title, poster, url }, part) {
  const shown = link.querySelector(".cover");
  const key = JSON.stringify([url, poster]);
  const cover = shown instanceof HTMLElement && shown.dataset.shown === key ? shown : drawCover(title);
  cover.dataset.shown = key;
  cover.dataset.badge = "";
  cover.classList.toggle("begun", part > 0);
  cover.style.setProperty("--part", String(part));
  if (cover === shown) return;
  shown?.remove();
  link.prepend(cover);
  if (poster) hangPicture(cover, serverUrl(poster));
}
