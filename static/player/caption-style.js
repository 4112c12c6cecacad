// How captions look: their size and colours, as the viewer chose them on this device. The rules are in player.css.

import { element } from "../shared/element.js";
import { prefer, preferences } from "../shared/preferences.js";

/** @typedef {"captionStyle" | "captionSize" | "captionLook"} Look */

/** What is to choose from: [value, name], the usual one first. */
export const LOOKS = /** @type {{ name: string, key: Look, values: [string, string][] }[]} */ ([
  {
    name: "Caption style",
    key: "captionStyle",
    values: [
      ["styled", "As they were made"],
      ["plain", "Plain text"],
    ],
  },
  {
    name: "Caption size",
    key: "captionSize",
    values: [
      ["normal", "Normal"],
      ["small", "Small"],
      ["large", "Large"],
      ["largest", "Very large"],
    ],
  },
  {
    name: "Caption colours",
    key: "captionLook",
    values: [
      ["boxed", "White on black"],
      ["outlined", "White with a shadow"],
      ["yellow", "Yellow on black"],
    ],
  },
]);

const video = element("video", HTMLVideoElement);

for (const { key } of LOOKS) video.dataset[key] = lookChosen(key);

/**
 * @param {Look} key
 * @returns {string}
 */
export function lookChosen(key) {
  const values = LOOKS.find((look) => look.key === key)?.values.map(([value]) => value) ?? [];
  const kept = preferences()[key] ?? ""; // an older page may have kept another value
  return values.includes(kept) ? kept : values[0];
}

/** Whether captions that have styles of their own are to be shown with these. */
export function isStyleWanted() {
  return lookChosen("captionStyle") === "styled";
}

/**
 * @param {Look} key
 * @param {string} value
 */
export function chooseLook(key, value) {
  video.dataset[key] = value;
  prefer({ [key]: value });
}
