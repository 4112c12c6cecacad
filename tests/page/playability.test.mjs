import assert from "node:assert/strict";
import test from "node:test";
import { isSilent, playable, warningsFor } from "../../static/shared/playability.js";

test("a film that the server has not looked into is held for playable by its extension", () => {
  assert.equal(playable({ state: "pending", path: "Film.mp4" }), 3);
  assert.equal(playable({ state: "pending", path: "Film.avi" }), 0);
});

for (const state of ["archived", "unavailable", "unreadable"]) {
  test(`a film that is ${state} plays in no browser`, () => assert.equal(playable({ state, path: "Film.mp4" }), 0));
}

test("a container that no browser plays is told without asking it", async () => {
  const film = { state: "known", container: "avi", path: "Film.avi" };
  assert.equal(playable(film), 0);
  assert.deepEqual(await warningsFor(film), [{ kind: "nothing", words: "AVI files do not play in browsers." }]);
});

test("a film that no player plays is told by its state", async () => {
  assert.deepEqual(await warningsFor({ state: "archived" }), [
    { kind: "state", words: "In the archive: its owner has to restore it first." },
  ]);
});

test("of a film of which nothing is known there is no warning", async () => {
  assert.deepEqual(await warningsFor({ state: "pending" }), []);
});

test("a film is silent where a picture is decoded and no sound, unless it has none or the server will still say", () => {
  class Video {
    webkitVideoDecodedByteCount = 1000;
    webkitAudioDecodedByteCount = 0;
  }
  Object.assign(globalThis, { HTMLVideoElement: Video, document: { getElementById: () => new Video() } });
  assert.equal(isSilent({ state: "known", audio: [{ codec: "alac" }] }), true);
  assert.equal(isSilent({ state: "unexamined" }), true);
  assert.equal(isSilent({ state: "known" }), false);
  assert.equal(isSilent({ state: "pending" }), false);
});
