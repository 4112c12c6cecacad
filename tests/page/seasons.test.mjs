import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { seasonsOf } from "../../static/library/seasons.js";
import { episode, paths } from "./library.mjs";

function shown(episodes) {
  return seasonsOf(episodes).map(({ name, heading, episodes: own }) => [name, heading, paths(own)]);
}

test("seasons stand in their order, and specials come last", () => {
  const episodes = [episode("S", 0, 1), episode("S", 10, 1), episode("S", 2, 2), episode("S", 2, 1)];
  assert.deepEqual(shown(episodes), [
    ["2", "Season 2", ["S/2x1.mp4", "S/2x2.mp4"]],
    ["10", "Season 10", ["S/10x1.mp4"]],
    ["0", "Specials", ["S/0x1.mp4"]],
  ]);
});

test("a series without seasons has its episodes before the specials", () => {
  const episodes = [episode("S", 0, 1), episode("S", undefined, 1)];
  assert.deepEqual(shown(episodes).map(([name, heading]) => [name, heading]), [["all", "Episodes"], ["0", "Specials"]]);
});

test("a daily show has its years", () => {
  const daily = ["2024-01-15", "2023-12-31"].map((aired) => ({ path: aired, title: aired, series: "Daily", aired }));
  assert.deepEqual(shown(daily).map(([name, heading]) => [name, heading]), [["2023", "2023"], ["2024", "2024"]]);
});
