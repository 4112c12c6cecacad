import assert from "node:assert/strict";
import test from "node:test";
import { aboutAddress, aboutUrl, clockTime, filmAddress, libraryAddress, parseTime, readAddress, startAddress } from "../../static/shared/address.js";

const TIMES = [["1h2m3s", 3723], ["2m", 120], ["1h", 3600], ["90", 90], ["90.5", 90.5], ["1x", 0], ["-5", 0], [null, 0]];

for (const [text, seconds] of TIMES) {
  test(`a time is read as people write it: ${text}`, () => assert.equal(parseTime(text), seconds));
}

for (const [seconds, text] of [[0, "0:00"], [62.9, "1:02"], [3723, "1:02:03"]]) {
  test(`a time is written as clocks show it: ${text}`, () => assert.equal(clockTime(seconds), text));
}

const NOTHING = { kind: "", folder: "", series: "", season: "", words: "", sort: "", filters: {} };

test("an empty address means the library", () => {
  assert.deepEqual(readAddress(""), { url: null, path: "", time: 0, ...NOTHING });
});

test("an address of the library has words, a folder and an order", () => {
  assert.deepEqual(readAddress("?folder=A/B%20C&sort=year&q=two+words"), {
    url: null,
    path: "",
    time: 0,
    ...NOTHING,
    words: "two words",
    folder: "A/B C",
    sort: "year",
  });
});

test("an address may name a kind or a season of a series, and filters", () => {
  const { kind, filters } = readAddress("?kind=films&genre=Drama&unwatched=1&colour=red&sound=");
  assert.deepEqual({ kind, filters }, { kind: "films", filters: { genre: "Drama", unwatched: "1" } });
  const { series, season } = readAddress("?series=Night%20Trains&season=0");
  assert.deepEqual({ series, season }, { series: "Night Trains", season: "0" });
});

const FILMS = [
  ["?film=A/Film%20(1).mkv&t=1m", "/videos/A/Film%20%281%29.mkv", "A/Film (1).mkv"],
  ["?film=Am%C3%A9lie.mp4", "/videos/Am%C3%A9lie.mp4", "Amélie.mp4"],
  ["?film=Amélie+2.mp4", "/videos/Am%C3%A9lie%202.mp4", "Amélie 2.mp4"],
  ["?film=caf%e9.mp4", "/videos/caf%E9.mp4", "caf\ufffd.mp4"],
  ["?film=100%.mp4", "/videos/100%25.mp4", "100%.mp4"],
];

for (const [query, url, path] of FILMS) {
  test(`a film's address leads to its URL as the server writes it: ${query}`, () => {
    const address = readAddress(query);
    assert.equal(address.url, url);
    assert.equal(address.path, path);
  });
}

test("the address of a film has its path byte by byte, and whole seconds", () => {
  assert.equal(filmAddress("/videos/caf%E9.mp4", 61.9), "?film=caf%E9.mp4&t=61");
  assert.equal(filmAddress("/videos/A/Film.mkv", 0.5), "?film=A/Film.mkv");
});

test("the address of a film's beginning has a time, and one that no clock shows", () => {
  assert.equal(startAddress("/videos/A/Film.mkv"), "?film=A/Film.mkv&t=0.01");
  assert.equal(clockTime(readAddress(startAddress("/videos/Film.mkv")).time), "0:00");
});

test("the address of the page about a film leads to its URL", () => {
  assert.equal(aboutAddress("/videos/A/caf%E9.mkv"), "?about=A/caf%E9.mkv");
  assert.equal(aboutUrl("?about=A/caf%e9%20(1).mkv"), "/videos/A/caf%E9%20%281%29.mkv");
  assert.equal(aboutUrl("?film=Film.mkv"), null);
});

test("the address of the library says no more than it must", () => {
  assert.equal(libraryAddress({}), "./");
  assert.equal(libraryAddress({ folder: "A/B C", words: "a&b" }), "?folder=A/B%20C&q=a%26b");
});

test("what an address is made of is read back from it", () => {
  const part = { ...NOTHING, words: "Ä & 100% + #", folder: "50%/a+b", sort: "-title", filters: { genre: "R&B", sound: "de" } };
  assert.deepEqual(readAddress(libraryAddress(part)), { url: null, path: "", time: 0, ...part });
});
