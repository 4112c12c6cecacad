import assert from "node:assert/strict";
import test from "node:test";
import { placeBeside } from "../../static/library/menu-place.js";

const SCREEN = { width: 1000, height: 600 };
const MENU = { width: 300, height: 200 };

function button(left, top) {
  return { left, right: left + 40, top, bottom: top + 40 };
}

const PLACES = [
  ["below, to the left", button(500, 100), MENU, { x: 240, y: 144 }],
  ["to the right at the left edge", button(10, 100), MENU, { x: 10, y: 144 }],
  ["above at the lower edge", button(500, 500), MENU, { x: 240, y: 296 }],
  ["wholly on the screen, if it fits neither below nor above", button(500, 250), { width: 300, height: 400 }, { x: 240, y: 196 }],
  ["from the upper edge, if it is as high as the screen", button(500, 250), { width: 300, height: 700 }, { x: 240, y: 4 }],
];

for (const [where, from, menu, place] of PLACES) {
  test(`a menu opens ${where}`, () => assert.deepEqual(placeBeside(from, menu, SCREEN), place));
}
