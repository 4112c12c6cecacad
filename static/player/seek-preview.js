// The picture over the seek bar: of which second it is, and, in a long film, a closer one once the pointer rests.

import { clockTime } from "../shared/address.js";
import { element } from "../shared/element.js";
import { tileAt } from "./storyboard.js";

const REST_MS = 150;
const CLOSE_S = 10; // pictures this close to each other need no closer ones

const screen = element("screen");
const bar = screen.querySelector("media-time-range");
const thumbnail = screen.querySelector("media-preview-thumbnail");
const closer = element("closer-picture");

let timer = 0;
let wanted = ""; // the address of the row of closer pictures

element("video").addEventListener("load", follow, true); // of the storyboard's track
if (bar) new MutationObserver(follow).observe(bar, { attributeFilter: ["mediapreviewtime"] });

function follow() {
  const time = Number(bar?.getAttribute("mediapreviewtime"));
  const tile = tileAt(time);
  clearTimeout(timer);
  closer.hidden = true;
  tellTime(tile && (tile.start + tile.end) / 2);
  if (tile && tile.end - tile.start >= CLOSE_S) timer = setTimeout(() => comeCloser(tile, time), REST_MS);
}

/** @param {number | null} time */
function tellTime(time) {
  element("picture-time").textContent = time === null ? "" : clockTime(time);
}

/**
 * @param {NonNullable<ReturnType<typeof tileAt>>} tile
 * @param {number} time
 */
async function comeCloser({ sheet, index, start, end, place: [, , width] }, time) {
  const url = `${sheet}&part=${index}`;
  const isWanted = () => wanted === url && Number(bar?.getAttribute("mediapreviewtime")) === time;
  wanted = url;
  if ((await loaded(sheet)) === null || !isWanted()) return; // a server makes one of them after the other
  const row = await loaded(url);
  if (row === null || !isWanted()) return;
  const count = Math.round(row.naturalWidth / width);
  const number = Math.min(count - 1, Math.floor(((time - start) / (end - start)) * count));
  const [shownWidth, shownHeight] = [thumbnail?.clientWidth ?? 0, thumbnail?.clientHeight ?? 0];
  Object.assign(closer.style, {
    width: `${shownWidth}px`,
    height: `${shownHeight}px`,
    backgroundImage: `url("${url}")`,
    backgroundSize: `${count * shownWidth}px ${shownHeight}px`,
    backgroundPosition: `${-number * shownWidth}px 0`,
  });
  closer.hidden = false;
  tellTime(start + ((number + 0.5) * (end - start)) / count);
}

/**
 * The picture once it is there; null: the server has none now.
 * @param {string} url
 * @returns {Promise<HTMLImageElement | null>}
 */
function loaded(url) {
  const picture = new Image();
  picture.src = url;
  return picture.decode().then(
    () => picture,
    () => null,
  );
}
