// The settings of the player, as pages of its menu.

/** @import { Look } from "./caption-style.js" */
/** @import { Item, Page } from "./menu.js" */

import { captionChoices, captionTracks, haveStyles, restyle } from "./captions.js";
import { LOOKS, chooseLook, lookChosen } from "./caption-style.js";
import { chaptersPage } from "./chapters.js";
import { element } from "../shared/element.js";
import { stepFrame } from "./frame-step.js";
import { SPEEDS, replay, showKeys } from "./keys.js";
import { loopInWords, markLoop } from "./loop.js";
import { opensMenu, renewMenu } from "./menu.js";
import { chooseSleep, sleepChosen } from "./sleep.js";
import { SLEEPS, sleepInWords } from "./sleep-timer.js";
import { soundChoices } from "./sounds.js";

const video = element("video", HTMLVideoElement);

opensMenu(element("settings-button"), settingsPage);
opensMenu(element("chapters-button"), chaptersPage);
video.textTracks.addEventListener("addtrack", renewMenu);
video.addEventListener("loadeddata", renewMenu); // by then the sounds are known

/** @returns {Page} */
function settingsPage() {
  const [sounds, captions] = [soundChoices(), captionChoices()];
  const items = [
    ...(sounds.length > 1 ? [choiceOf("Sound", soundChoices)] : []),
    ...(captions.length > 1 ? [choiceOf("Subtitles", captionChoices)] : []),
    ...(captionTracks().length ? looksToChoose().map(({ name, key, values }) => choiceOf(name, () => looks(key, values))) : []),
    choiceOf("Speed", speeds),
    choiceOf("Sleep timer", sleeps),
    { name: "Loop A–B", value: loopInWords(), act: markLoop, stays: true },
    { name: "Frame by frame", page: frames },
    { name: "Play from the beginning", act: replay },
    { name: "Keys", act: showKeys },
  ];
  return { name: "Settings", items };
}

/**
 * @param {string} name
 * @param {() => Item[]} choices
 * @returns {Item}
 */
function choiceOf(name, choices) {
  return { name, value: choices().find(({ checked }) => checked)?.name ?? "", page: () => ({ name, items: choices() }) };
}

function looksToChoose() {
  return LOOKS.filter(({ key }) => key !== "captionStyle" || haveStyles());
}

/**
 * @param {Look} key
 * @param {[string, string][]} values
 * @returns {Item[]}
 */
function looks(key, values) {
  const chosen = lookChosen(key);
  /** @param {string} value */
  const choose = (value) => {
    chooseLook(key, value);
    if (key === "captionStyle") restyle();
  };
  return values.map(([value, name]) => ({ name, checked: value === chosen, stays: true, act: () => choose(value) }));
}

/** @returns {Item[]} */
function speeds() {
  return SPEEDS.map((speed) => ({ name: `${speed}×`, checked: speed === video.playbackRate, act: () => (video.playbackRate = speed) }));
}

/** @returns {Item[]} */
function sleeps() {
  return SLEEPS.map((sleep) => ({ name: sleepInWords(sleep), checked: sleep === sleepChosen(), act: () => chooseSleep(sleep) }));
}

/** @returns {Page} */
function frames() {
  const items = [
    { name: "One frame on", stays: true, act: () => stepFrame(1) },
    { name: "One frame back", stays: true, act: () => stepFrame(-1) },
  ];
  return { name: "Frame by frame", items };
}
