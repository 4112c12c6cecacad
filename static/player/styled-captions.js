// Captions with their styles: SubStation Alpha as it was made, drawn over the film's picture by libass (jassub, from npm),
// which is loaded once such captions are chosen.

import { element } from "../shared/element.js";
import { serverUrl } from "../shared/movies.js";
import { ask, connectionLost, persist } from "../shared/reconnect.js";

/**
 * What is used of jassub.
 * @typedef {object} Renderer
 * @property {Promise<void>} ready
 * @property {object | undefined} renderer
 * @property {number} timeOffset
 * @property {(frame: { mediaTime: number, width: number, height: number, expectedDisplayTime: number }, again: boolean) => Promise<void>} manualRender
 * @property {HTMLCanvasElement} _canvas
 * @property {Worker} _worker
 * @property {() => Promise<void>} destroy
 */

const FOLDER = "static/vendor/jassub/";
const PATIENCE_MS = 20_000; // with a renderer that does not begin
// What the font that is always there has: Latin, Greek and Cyrillic letters, and signs.
const WRITABLE = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]*$/u;

const video = element("video", HTMLVideoElement);
const layer = element("styled-captions");

let shown = ""; // the address of the captions that show; "": none do
let delay = 0;
let closing = new AbortController(); // aborted when others are chosen
/** @type {Renderer | null} */
let renderer = null;
/** @type {Promise<boolean> | null} */
let loading = null;

/**
 * Shows these captions, later by so many seconds; "": none. Calls `failed` with words for the viewer if they cannot be shown
 * with their styles; the words are "" where the browser or the server cannot do that at all.
 * @param {string} url
 * @param {number} seconds
 * @param {(words: string) => void} failed
 */
export async function showStyled(url, seconds, failed) {
  delay = seconds;
  if (url === shown) return render();
  shown = url;
  closing.abort();
  closing = new AbortController();
  renderer?.destroy().catch(() => {});
  renderer = null;
  if (!url) return;
  const { signal } = closing;
  const words = await begin(serverUrl(url), signal).catch(() => "");
  if (words !== null && !signal.aborted) failed(words);
}

/**
 * Answers null once they show, else why they do not.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function begin(url, signal) {
  loading ??= load();
  if (!(await loading) || signal.aborted) return "";
  const content = await persist(() => textOf(url, signal), () => {}, signal);
  if (!content || signal.aborted) return "";
  if (!canWrite(content)) return "Captions as plain text: the film has no font for their script.";
  const JASSUB = /** @type {any} */ (window).JASSUB.default;
  JASSUB._supportsSIMD = false; // so that it makes no trial in the page, whose policy forbids WebAssembly
  const address = (/** @type {string} */ name) => new URL(FOLDER + name, document.baseURI).href;
  /** @type {Renderer} */
  const made = new JASSUB({
    video,
    subContent: content,
    workerUrl: address("worker.js"),
    wasmUrl: address("jassub-worker.wasm"),
    modernWasmUrl: "",
    fonts: [address("default.woff2")],
    defaultFont: "liberation sans",
    queryFonts: false, // neither those of the device, which takes a permission, nor those of other hosts
    timeOffset: -delay,
  });
  renderer = made;
  layer.append(made._canvas);
  const outcome = await Promise.race([
    made.ready.then(() => (made.renderer ? null : "")),
    new Promise((resolve) => made._worker.addEventListener("error", () => resolve(""))),
    new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, "")),
  ]);
  if (outcome === null) render();
  else {
    made._worker.terminate();
    made._canvas.remove();
  }
  return outcome;
}

/** Draws anew, also while the film stands still. */
function render() {
  if (!renderer) return;
  const { videoWidth: width, videoHeight: height, currentTime: mediaTime } = video;
  renderer.timeOffset = -delay;
  renderer.manualRender({ mediaTime, width, height, expectedDisplayTime: 0 }, true).catch(() => {});
}

/** Whether jassub came, and this browser can run it. */
async function load() {
  if (!("OffscreenCanvas" in window) || !("WebAssembly" in window) || !video.requestVideoFrameCallback) return false;
  const script = Object.assign(document.createElement("script"), { src: `${FOLDER}jassub.js` });
  return /** @type {Promise<boolean>} */ (
    new Promise((resolve) => {
      script.addEventListener("load", () => resolve(true));
      script.addEventListener("error", () => resolve(false));
      document.head.append(script);
    })
  );
}

/**
 * None where the server has none.
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function textOf(url, signal) {
  const answer = await ask(url, { signal }, () => {});
  if (!answer.ok) return "";
  return answer.text().catch(() => {
    throw connectionLost();
  });
}

/**
 * Whether there are fonts for the words: libass draws boxes in their place otherwise.
 * @param {string} content
 */
function canWrite(content) {
  return /^\[fonts\]/im.test(content) || WRITABLE.test(content);
}
