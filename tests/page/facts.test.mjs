import assert from "node:assert/strict";
import test from "node:test";
import "./browser.mjs";
import { essentials, factsOf, pictureInWords, soundInWords, subtitlesInWords } from "../../static/about/facts.js";

const MOVIE = { title: "Film", path: "Films/Film.mkv", url: "/videos/Films/Film.mkv", bytes: 2_000_000_000, modified: "2026-11-24T19:14:35Z", state: "known" };

const ESSENTIALS = [ // what is known, what the server says of the film, words
  [{}, {}, []],
  [{ year: 1999, duration: 8160 }, { certificate: "PG-13", rating: 8.7 }, ["1999", "2 h 16 min", "PG-13", "8.7 of 10"]],
  [{ aired: "2024-01-15", year: 2024 }, {}, ["2024-01-15"]],
  [{}, { year: 1972, of_series: { certificate: "TV-14" } }, ["1972", "TV-14"]],
  [{ video: { width: 3840, height: 1600, hdr: true } }, {}, ["4K HDR"]],
  [{ state: "pending" }, {}, ["not looked into yet"]],
];

for (const [known, about, words] of ESSENTIALS) {
  test(`in short: ${words.join(" · ") || "nothing"}`, () => assert.deepEqual(essentials({ ...MOVIE, ...known }, about), words));
}

const SOUNDS = [
  [{ codec: "mp4a.40.2", name: "AAC" }, "Language not known, AAC"],
  [{ language: "en", channels: 6, name: "AC-3" }, "English, 5.1, AC-3"],
  [{ language: "de", label: "Commentary", channels: 2, name: "AAC" }, "German, Commentary, stereo, AAC"],
  [{ language: "en", label: "English", channels: 11, name: "DTS" }, "English, 11 channels, DTS"],
  [{ language: "en", commentary: true, name: "AAC" }, "English, commentary, AAC"],
  [{ language: "en", label: "Commentary", commentary: true, name: "AAC" }, "English, Commentary, AAC"],
  [{ described: true, name: "AAC" }, "Language not known, with descriptions, AAC"],
  [{ language: "no tag!", name: "AAC" }, "no tag!, AAC"],
];

for (const [sound, words] of SOUNDS) test(`a sound track is "${words}"`, () => assert.equal(soundInWords(sound), words));

const SUBTITLES = [
  [{}, "Language not known"],
  [{ label: "Signs" }, "Signs"],
  [{ language: "pt-BR" }, "Brazilian Portuguese"],
  [{ language: "en", forced: true }, "English, forced"],
  [{ language: "en", label: "English", hearing_impaired: true }, "English, for the hard of hearing"],
];

for (const [subtitles, words] of SUBTITLES) {
  test(`subtitles are "${words}"`, () => assert.equal(subtitlesInWords(subtitles), words));
}

test("a picture is described as far as it is known", () => {
  assert.equal(pictureInWords({ width: 1920, height: 1080, name: "H.264" }), "1920 × 1080, H.264");
  const picture = { width: 3840, height: 2160, name: "HEVC", frame_rate: 23.976, hdr: true };
  assert.equal(pictureInWords(picture), "3840 × 2160, HEVC, 24 frames a second, HDR");
});

test("of a film of which nothing is known there is its file", () => {
  assert.deepEqual(factsOf(MOVIE, {}), [
    { label: "File", values: ["Films / Film.mkv", "MKV, 2 GB"] },
    { label: "Added", values: ["24 November 2026"] },
  ]);
});

test("a title in the file that is not that of the film is told", () => {
  const titles = (about) => factsOf(MOVIE, about).filter(({ label }) => label === "Title in the file").map(({ values }) => values);
  assert.deepEqual([titles({ title: "Film" }), titles({ title: "Other" })], [[], [["Other"]]]);
});

const PLAYED = [ // the kinds of warnings, and how the film plays
  [[], "as it is"],
  [["stutter", "slow"], "as it is, once all of it is read"],
  [["sound"], "without its sound"],
  [["picture"], "without its picture"],
  [["picture", "sound"], "not at all"],
  [["nothing"], "not at all"],
];

for (const [kinds, words] of PLAYED) {
  test(`with ${kinds.join(" and ") || "no"} warnings a film plays ${words}`, () => {
    const told = factsOf({ ...MOVIE, container: "mp4" }, {}, kinds.map((kind) => ({ kind, words: "" })));
    assert.deepEqual(told.find(({ label }) => label === "Plays here"), { label: "Plays here", values: [words] });
  });
}

test("what would improve the file is told", () => {
  const told = factsOf(MOVIE, { improve: ["No browser plays AVI files: as MP4 all would."] });
  assert.deepEqual(told.at(-2), { label: "What would improve it", values: ["No browser plays AVI files: as MP4 all would."] });
});

test("what the film's own files do not say, those of its series do", () => {
  const about = { directors: ["D"], original_title: "Film", released: "2020-02-30", of_series: { genres: ["Comedy"], studios: ["S"] } };
  assert.deepEqual(factsOf(MOVIE, about).slice(0, 3), [
    { label: "Genres", values: ["Comedy"], names: true },
    { label: "Directed by", values: ["D"], names: true },
    { label: "Studio", values: ["S"] },
  ]);
});

test("tracks are told one by one, and subtitles that are pictures last", () => {
  const movie = { ...MOVIE, audio: [{ language: "en", name: "AAC" }, { language: "fr", name: "AAC" }], subtitles: [{ language: "de" }], image_subtitles: [{ language: "fr", forced: true }, {}] };
  const told = new Map(factsOf(movie, {}).map(({ label, values }) => [label, values]));
  assert.deepEqual(told.get("Sound"), ["English, AAC", "French, AAC"]);
  assert.deepEqual(told.get("Subtitles"), [
    "German",
    "French, forced",
    "Language not known",
  ]);
});
