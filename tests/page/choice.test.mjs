import { newDevice } from "./browser.mjs";
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { chosenVersion } from "../../static/shared/choice.js";
import { keepProgress } from "../../static/shared/progress.js";
import { noteVersions } from "../../static/shared/versions.js";

beforeEach(() => newDevice());

/** Versions that no browser is asked about: the server has not looked into them. */
function versions(...named) {
  const movies = named.map((more, number) => ({
    path: `${number}.mp4`,
    url: `/videos/${number}.mp4`,
    version_of: "/videos/0.mp4",
    state: "pending",
    ...more,
  }));
  noteVersions(movies);
  return movies;
}

test("the sharpest that the screen can show is chosen", () => {
  const [small, sharp, sharpest] = versions({ version: "720p" }, { version: "1080p" }, { version: "4K" });
  assert.equal(chosenVersion([small, sharp, sharpest]), sharp);
  screen.width = 2560;
  assert.equal(chosenVersion([small, sharp, sharpest]), sharpest);
});

test("what browsers do not play is chosen last, however sharp", () => {
  const [avi, small] = versions({ version: "1080p", path: "0.avi" }, { version: "480p" });
  assert.equal(chosenVersion([avi, small]), small);
});

test("of the same sharpness the film itself is chosen rather than an edition", () => {
  const [edition, film] = versions({ version: "1080p", edition: "Extended" }, { version: "1080p" });
  assert.equal(chosenVersion([edition, film]), film);
});

test("the version that was begun last is chosen before all others", () => {
  const [small, sharp] = versions({ version: "480p" }, { version: "1080p" });
  keepProgress("0.mp4", 100, 5400);
  assert.equal(chosenVersion([small, sharp]), small);
});
