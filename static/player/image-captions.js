// Subtitles that are pictures, drawn over the film's picture with each of its frames. The server has them in parts of a
// minute: services/media/image_subtitles/part.py says what is in one.

import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { ask, connectionLost, persist } from "../shared/reconnect.js";

/**
 * @typedef {{ x: number, y: number, width: number, height: number, png: string }} Picture
 * @typedef {{ start: number, end: number, canvas: [number, number], pictures: Picture[] }} Cue
 * @typedef {{ cues: Cue[], loading: AbortController }} Part
 */

const AHEAD_S = 20; // how long before a part begins it is asked for
const DECODE_AHEAD_S = 2; // pictures are decoded so long before they show
const MAY_BE_STRETCHED = 576; // lines: canvases of DVDs and of television fill the film's picture, whatever its shape

const video = element("video", HTMLVideoElement);
const layer = element("image-captions");

let url = ""; // of the track that shows; "": none does
let partS = 0;
let delay = 0;
let frame = 0;
/** @type {Map<number, Part>} */
const parts = new Map();
/** @type {WeakMap<Cue, HTMLCanvasElement[]>} */
const decoded = new WeakMap(); // of a cue whose decoding is under way: an empty list
/** @type {Cue[]} */
let showing = [];

for (const event of ["seeking", "seeked", "timeupdate", "loadeddata"]) video.addEventListener(event, () => draw(video.currentTime));
video.addEventListener("resize", layOut);
new ResizeObserver(layOut).observe(video);

/**
 * Shows these subtitles, later by so many seconds; null: none.
 * @param {{ url: string, part_s: number } | null} track
 * @param {number} seconds
 */
export function showImages(track, seconds) {
  delay = seconds;
  const wanted = track ? serverUrl(track.url) : "";
  if (wanted !== url) {
    url = wanted;
    partS = track?.part_s ?? 0;
    keepParts([]);
    if (frame) video.cancelVideoFrameCallback(frame);
    frame = 0;
    if (url) awaitFrame();
  }
  draw(video.currentTime);
}

function awaitFrame() {
  frame = video.requestVideoFrameCallback?.((_, { mediaTime }) => {
    draw(mediaTime);
    awaitFrame();
  });
}

/** @param {number} time */
function draw(time) {
  if (!url) return show([]);
  const at = time - delay;
  const number = Math.max(0, Math.floor(at / partS));
  const isNear = at + AHEAD_S >= (number + 1) * partS;
  keepParts(isNear ? [number, number + 1] : [number]);
  const [cues, later] = [number, number + 1].map((each) => parts.get(each)?.cues ?? []);
  for (const cue of [...cues, ...later]) if (cue.start - DECODE_AHEAD_S <= at && at < cue.end) decode(cue);
  show(cues.filter(({ start, end }) => start <= at && at < end)); // one that lasts on is in both parts
}

/**
 * Asks for these parts, and forgets all others.
 * @param {number[]} wanted
 */
function keepParts(wanted) {
  for (const [number, { loading }] of parts) {
    if (wanted.includes(number)) continue;
    loading.abort();
    parts.delete(number);
  }
  for (const number of wanted) if (!parts.has(number)) load(number);
}

/** @param {number} number */
async function load(number) {
  const loading = new AbortController();
  const part = { cues: /** @type {Cue[]} */ ([]), loading };
  parts.set(number, part);
  part.cues = (await persist(() => cuesAt(`${url}&part=${number}`, loading.signal), () => {}, loading.signal)) ?? [];
  if (parts.get(number) === part) draw(video.currentTime);
}

/**
 * None where the server has none, as beyond the end.
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Cue[]>}
 */
async function cuesAt(address, signal) {
  const answer = await ask(address, { signal }, () => {});
  if (!answer.ok) return [];
  return answer.json().then(
    ({ cues }) => cues,
    () => {
      throw connectionLost();
    },
  );
}

/** @param {Cue} cue */
async function decode(cue) {
  if (decoded.has(cue)) return;
  decoded.set(cue, []);
  decoded.set(cue, await Promise.all(cue.pictures.map(canvasOf)));
  if (showing.includes(cue)) place();
}

/** @param {Picture} picture */
async function canvasOf({ width, height, png }) {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(await createImageBitmap(new Blob([bytes])));
  return canvas;
}

/** @param {Cue[]} cues */
function show(cues) {
  if (cues.length === showing.length && cues.every((cue, index) => cue === showing[index])) return;
  for (const cue of showing) if (!cues.includes(cue)) decoded.delete(cue);
  showing = cues;
  place();
}

function place() {
  layer.replaceChildren(...showing.flatMap((cue) => decoded.get(cue) ?? []));
  layOut();
}

function layOut() {
  for (const cue of showing) decoded.get(cue)?.forEach((canvas, index) => lay(canvas, cue.pictures[index], cue.canvas));
}

/**
 * Lays a picture over its place in the film's picture.
 * @param {HTMLCanvasElement} element
 * @param {Picture} picture
 * @param {[number, number]} canvas
 */
function lay(element, { x, y, width, height }, [canvasWidth, canvasHeight]) {
  const film = filmBox();
  let [across, down] = [film.width / canvasWidth, film.height / canvasHeight];
  // Films are often cut to the picture, without the black bars that the canvas of a disc has.
  if (canvasHeight > MAY_BE_STRETCHED) across = down = Math.max(across, down);
  const left = film.left + (film.width - canvasWidth * across) / 2 + x * across;
  const top = film.top + (film.height - canvasHeight * down) / 2 + y * down;
  const within = Math.max(film.top, Math.min(top, film.top + film.height - height * down));
  const isLow = within + (height * down) / 2 > film.top + film.height / 2;
  element.classList.toggle("low", isLow);
  Object.assign(element.style, { left: `${left}px`, top: `${within}px`, width: `${width * across}px`, height: `${height * down}px` });
}

/** Where in the layer the film's picture is: bars around it are not. */
function filmBox() {
  const [box, origin] = [video.getBoundingClientRect(), layer.getBoundingClientRect()];
  const { videoWidth = 0, videoHeight = 0 } = video;
  const scale = Math.min(box.width / (videoWidth || box.width), box.height / (videoHeight || box.height)) || 0;
  const [width, height] = [(videoWidth || box.width) * scale, (videoHeight || box.height) * scale];
  return { left: box.left - origin.left + (box.width - width) / 2, top: box.top - origin.top + (box.height - height) / 2, width, height };
}
