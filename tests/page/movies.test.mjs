import assert from "node:assert/strict";
import test from "node:test";
import {
  extensionOf,
  filmPlaylistUrl,
  folderOf,
  keyOf,
  playlistUrl,
  sizeInWords,
  videoUrl,
} from "../../static/shared/movies.js";

globalThis.document = { baseURI: "http://host/films/" };

test("addresses of the server are below the page's own path", () => {
  const movie = { path: "A/Film.mp4", url: "/videos/A/Film.mp4" };
  assert.equal(videoUrl(movie), "http://host/films/videos/A/Film.mp4");
  assert.equal(filmPlaylistUrl(movie), "http://host/films/playlist.m3u?film=A/Film.mp4");
  assert.equal(playlistUrl({ series: "", folder: "" }), "http://host/films/playlist.m3u");
  assert.equal(playlistUrl({ series: "", folder: "A & B" }), "http://host/films/playlist.m3u?folder=A+%26+B");
  assert.equal(playlistUrl({ series: "Show", folder: "" }), "http://host/films/playlist.m3u?series=Show");
});

test("a film's key is its path, or its URL where that alone tells it from others", () => {
  assert.equal(keyOf({ path: "Film.mp4", url: "/videos/Film.mp4" }), "Film.mp4");
  assert.equal(keyOf({ path: "caf\ufffd.mp4", url: "/videos/caf%E9.mp4" }), "/videos/caf%E9.mp4");
  assert.equal(keyOf({ path: "/videos/x", url: "/videos//videos/x" }), "/videos//videos/x");
});

test("a path has a folder and an extension", () => {
  assert.equal(folderOf("A/B/Film.mp4"), "A/B");
  assert.equal(folderOf("Film.mp4"), "");
  assert.equal(extensionOf({ path: "A.b/Film.mkv" }), "MKV");
  assert.equal(extensionOf({ path: "A.b/Film" }), "");
});

const SIZES = [[0, "0 kB"], [999, "1 kB"], [1_055_736, "1.1 MB"], [734_003_200, "734 MB"], [4_700_000_000, "4.7 GB"]];

for (const [bytes, words] of SIZES) {
  test(`${bytes} bytes are ${words}`, () => assert.equal(sizeInWords(bytes), words));
}
