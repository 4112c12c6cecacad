import assert from "node:assert/strict";
import test from "node:test";
import { cardsNear } from "../../static/library/grid-range.js";

const GRID = { top: 200, pitch: 100, columns: 4, count: 1000, screen: 500 };

const PLACES = [
  ["at the top", GRID, 0, [0, 16]],
  ["a screen more on each side", GRID, 1, [0, 36]],
  ["in the middle", { ...GRID, top: -10_000 }, 0, [400, 424]],
  ["a screen more there", { ...GRID, top: -10_000 }, 1, [380, 444]],
  ["at the end", { ...GRID, top: -24_600 }, 0, [984, 1000]],
  ["beyond the end", { ...GRID, top: -99_000 }, 0, [1000, 1000]],
  ["below the screen", { ...GRID, top: 9_000 }, 0, [0, 4]],
];

for (const [where, grid, screens, range] of PLACES) {
  test(`whole lines near the screen are shown: ${where}`, () => {
    const { first, end } = cardsNear(grid, screens);
    assert.deepEqual([first, end], range);
  });
}
