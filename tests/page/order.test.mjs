import assert from "node:assert/strict";
import test from "node:test";
import { byEpisode, inOrder } from "../../static/shared/order.js";

test("names stand in the order in which people count", () => {
  assert.deepEqual(["Film 10", "film 9", "Ärger", "Zebra"].sort(inOrder), ["Ärger", "film 9", "Film 10", "Zebra"]);
});

test("episodes stand by season, then by number, then by path", () => {
  const [a, b, c, d] = [
    { season: 1, episode: 2, path: "b" },
    { season: 1, episode: 2, path: "c" },
    { season: 1, episode: 10, path: "a" },
    { season: 2, episode: 1, path: "a" },
  ];
  assert.deepEqual([d, c, b, a].sort(byEpisode), [a, b, c, d]);
});

test("what has no number comes before the first", () => {
  const [extra, first] = [{ path: "z" }, { season: 1, episode: 1, path: "a" }];
  assert.deepEqual([first, extra].sort(byEpisode), [extra, first]);
});

test("specials come after the last season", () => {
  const [first, last, special] = [0, 1, 2].map((index) => ({ season: [1, 12, 0][index], episode: 1, path: "a" }));
  assert.deepEqual([special, last, first].sort(byEpisode), [first, last, special]);
});
