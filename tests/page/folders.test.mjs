import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { foldersIn } from "../../static/library/folders.js";
import { movie } from "./library.mjs";

test("the folders in a folder are those with more than one film, in the order in which people count", () => {
  const films = ["H/10/a.mp4", "H/10/b.mp4", "H/9/x/a.mp4", "H/9/b.mp4", "H/Alone/a.mp4", "H/c.mp4"].map((path) => movie(path));
  assert.deepEqual(foldersIn(films, "H"), [
    { name: "9", address: "?folder=H/9" },
    { name: "10", address: "?folder=H/10" },
  ]);
});
