// The neighbours of a film: the previous and the next one of its series or folder.

/** @import { Movie } from "../shared/movies.js" */

import { filmAddress } from "../shared/address.js";
import { chosenVersion } from "../shared/choice.js";
import { element } from "../shared/element.js";
import { folderOf, keyOf } from "../shared/movies.js";
import { byEpisode } from "../shared/order.js";
import { onePerFilm, versionsOf } from "../shared/versions.js";
import { episodeAndTitle, episodeInWords, titleInWords } from "../shared/words.js";

const BUTTONS = { "previous-film": "previous-button", "next-film": "next-button" };

let after = { name: "", follows: false };

/**
 * The film's neighbours in its series, in the order of episodes, or else in its folder.
 * @param {Movie} movie
 * @param {Movie[]} movies
 * @returns {{ previous?: Movie, next?: Movie }}
 */
export function neighbours(movie, movies) {
  const films = movies.filter((other) => other.extra === undefined && isSibling(movie, other));
  const siblings = onePerEpisode(movie, onePerFilm(films, (versions) => likest(movie, versions))).sort(byEpisode);
  const index = siblings.findIndex((other) => keyOf(other) === keyOf(movie));
  return index < 0 ? {} : { previous: siblings[index - 1], next: siblings[index + 1] };
}

/**
 * Links the film's neighbours on the page.
 * @param {Movie} movie
 * @param {Movie[]} movies
 */
export function openNeighbours(movie, movies) {
  const { previous, next } = neighbours(movie, movies);
  link("previous-film", previous, "Previous");
  link("next-film", next, "Next");
  const follows = next !== undefined && (movie.series !== undefined || isOfSameDisc(movie, next) || isNumbered(movie, next));
  after = { name: next ? nameOf(next) : "", follows };
}

/** The name of the next film ("": there is none), and whether it continues this one, and is not just its neighbour. */
export function nextFilm() {
  return after;
}

export function closeNeighbours() {
  after = { name: "", follows: false };
  link("previous-film", undefined);
  link("next-film", undefined);
}

/**
 * The one of another film's versions that is most like the movie; of its own film's, the movie itself.
 * @param {Movie} movie
 * @param {Movie[]} versions
 */
function likest(movie, versions) {
  if (versions === versionsOf(movie)) return movie;
  const alike = versions.find(({ edition, version }) => edition === movie.edition && version === movie.version);
  return alike ?? chosenVersion(versions);
}

/**
 * One sibling for each episode: the movie itself, or else one in its folder. Another folder may have the same episodes.
 * @param {Movie} movie
 * @param {Movie[]} siblings
 */
function onePerEpisode(movie, siblings) {
  /** @param {Movie} other */
  const near = (other) => (keyOf(other) === keyOf(movie) ? 2 : Number(folderOf(other.path) === folderOf(movie.path)));
  const episodes = Map.groupBy(siblings, ({ season, episode, part, path }) => (episode ? `${season} ${episode} ${part}` : path));
  return [...episodes.values()].map((same) => same.reduce((best, other) => (near(other) > near(best) ? other : best)));
}

/**
 * Whether both are of one series, one disc, one folder or one film in parts.
 * @param {Movie} movie
 * @param {Movie} other
 */
function isSibling(movie, other) {
  if (movie.series !== undefined) return other.series === movie.series;
  if (isOfSameDisc(movie, other)) return true;
  return other.series === undefined && (folderOf(other.path) === folderOf(movie.path) || isOtherPart(movie, other));
}

/**
 * Whether they are parts of one film with a folder each: "Film/CD1/movie.avi" and "Film/CD2/movie.avi".
 * @param {Movie} movie
 * @param {Movie} other
 */
function isOtherPart(movie, other) {
  if (movie.part === undefined || other.part === undefined) return false;
  /** @param {Movie} movie */
  const film = ({ title, year, path }) => JSON.stringify([title, year, folderOf(folderOf(path))]);
  return film(movie) === film(other);
}

/**
 * Whether both are files of one film, which may have several discs.
 * @param {Movie} movie
 * @param {Movie} other
 */
function isOfSameDisc(movie, other) {
  return (movie.of ?? keyOf(movie)) === (other.of ?? keyOf(other));
}

/**
 * Whether the names differ only in their numbers, as "Part 1" and "Part 2" do.
 * @param {Movie} movie
 * @param {Movie} next
 */
function isNumbered(movie, next) {
  const [name, nextName] = [movie, next].map(titleInWords);
  return name !== nextName && name.replace(/\d+/g, "") === nextName.replace(/\d+/g, "");
}

/**
 * "S1 E2 · The Title", or "S1 E2" of an episode without a title.
 * @param {Pick<Movie, "title"> & Partial<Movie>} movie
 */
export function nameOf(movie) {
  if (movie.episode === undefined && movie.aired === undefined) return titleInWords(movie);
  return /^Episode \d+$/.test(movie.title) ? episodeInWords(movie) : episodeAndTitle(movie);
}

/**
 * The link below the film, and the button in its bar.
 * @param {"previous-film" | "next-film"} id
 * @param {Movie | undefined} movie
 * @param {string} [word]
 */
function link(id, movie, word) {
  const anchor = element(id, HTMLAnchorElement);
  const button = element(BUTTONS[id]);
  button.hidden = movie === undefined;
  Object.assign(button, { handleClick: () => anchor.click() }); // which media-chrome's buttons call
  anchor.hidden = movie === undefined;
  if (movie === undefined) anchor.removeAttribute("href");
  else anchor.href = filmAddress(movie.url);
  anchor.textContent = movie === undefined ? "" : `${word}: ${nameOf(movie)}`;
}
