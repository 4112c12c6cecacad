// What a share leads to, and what its holder may do there.

import "./browser.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { newDevice } from "./browser.mjs";

newDevice("/s/s.k3Jx0aQe.Vb7abcdefgh.0.0.w..9kd8abcdefghijklmnopqr/");
const { homeOf, isShared, mayDownload } = await import("../../static/shared/share.js");

const film = { path: "M.mp4", url: "/videos/M.mp4", title: "M" };
const sharp = { ...film, path: "M 4K.mp4", url: "/videos/M%204K.mp4", version_of: film.url };
const trailer = { ...film, path: "M-trailer.mp4", url: "/videos/M-trailer.mp4", of: "M.mp4" };
const episodes = [1, 2].map((episode) => ({ path: `S ${episode}.mp4`, url: `/videos/S%20${episode}.mp4`, title: "", series: "S", episode }));

test("a share leads to its film, its series or a list", () => {
  assert.equal(homeOf([film]), "?about=M.mp4");
  assert.equal(homeOf([sharp, { ...film, version_of: film.url }, trailer]), "?about=M%204K.mp4");
  assert.equal(homeOf(episodes), "?series=S");
  assert.equal(homeOf([film, ...episodes]), "./");
  assert.equal(homeOf([]), "./");
});

test("a page is of a share by its address, also behind a proxy, and offers downloads once they are allowed", () => {
  assert.equal(isShared(), true);
  assert.equal(mayDownload(), false);
  for (const [pathname, is] of [["/", false], ["/s/", false], ["/films/s/s.k3Jx0aQe.x/", true]]) {
    newDevice(pathname);
    assert.equal(isShared(), is, pathname);
  }
  newDevice("/");
  assert.equal(mayDownload(), true);
});
