import assert from "node:assert/strict";
import test from "node:test";
import {
  durationInWords,
  episodeAndTitle,
  episodeInWords,
  languagesInWords,
  resolution,
  sharpness,
  stateInShort,
  stateInWords,
  titleInWords,
} from "../../static/shared/words.js";

const DURATIONS = [[0.2, "1 s"], [40, "40 s"], [59.4, "59 s"], [60, "1 min"], [3600, "1 h"], [8160, "2 h 16 min"]];

for (const [seconds, words] of DURATIONS) {
  test(`a duration of ${seconds} s is "${words}"`, () => assert.equal(durationInWords(seconds), words));
}

const PICTURES = [ // width, height, on the card, in the choice of versions
  [3840, 1600, "4K", "4K"],
  [2560, 1440, "HD", "1440p"],
  [1920, 800, "HD", "1080p"],
  [1080, 1920, "HD", "1080p"],
  [1280, 720, "HD", "720p"],
  [720, 576, "", "576p"],
];

for (const [width, height, short, full] of PICTURES) {
  test(`a picture of ${width} × ${height} is called by its longer side`, () => {
    assert.equal(sharpness({ width, height }), short);
    assert.equal(resolution({ width, height }), full);
  });
}

test("a picture whose size is not known is called nothing", () => {
  assert.equal(sharpness(), "");
  assert.equal(resolution(), "");
});

const EPISODES = [
  [{ season: 1, episode: 2 }, "S1 E2"],
  [{ episode: 2 }, "E2"],
  [{ season: 0 }, "S0"],
  [{ aired: "2024-01-15" }, "2024-01-15"],
];

for (const [episode, words] of EPISODES) {
  test(`an episode is called ${words}`, () => assert.equal(episodeInWords(episode), words));
}

test("an episode has its title once", () => {
  assert.equal(episodeAndTitle({ season: 1, episode: 2, title: "The Detail" }), "S1 E2 · The Detail");
  assert.equal(episodeAndTitle({ aired: "2024-01-15", title: "2024-01-15" }), "2024-01-15");
});

test("a title has what tells the film from its other files", () => {
  assert.equal(titleInWords({ title: "Alien" }), "Alien");
  assert.equal(titleInWords({ title: "Alien", edition: "Director's Cut", part: 2 }), "Alien – Director's Cut – Part 2");
});

test("a state is told where it speaks against the film", () => {
  assert.equal(stateInShort({ state: "archived" }), "in the archive");
  assert.equal(stateInShort({ state: "known" }), "");
  assert.equal(stateInWords({ state: "unreadable" }), "Damaged, or not a film.");
  assert.equal(stateInWords({ state: "unavailable" }), "Cannot be read now. Trying again.");
  assert.equal(stateInWords({ state: "pending" }), "");
});

test("languages are told once each, and what is none as it is", () => {
  const tracks = [{ language: "en" }, {}, { language: "de" }, { language: "en" }, { language: "?!" }];
  assert.equal(languagesInWords(tracks), "English, German, ?!");
  assert.equal(languagesInWords(undefined), "");
});
