import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { hearsConverted, seesConverted, waysOf } from "../../static/shared/ways.js";

const { browsers, films, plays, ways } = JSON.parse(readFileSync(new URL("ways.json", import.meta.url), "utf8"));

function browser({ supports, decodes = [], readsWhole = false }) {
  return {
    readsWhole,
    supports: (type) => supports.some((codec) => type.includes(`"${codec}`)),
    decodes: (_, sound) => [...supports, ...decodes].some((codec) => sound.codec.startsWith(codec)),
    shows: (_, picture) => [...supports, ...decodes].some((codec) => picture.codec.startsWith(codec)),
  };
}

function film({ video, audio, segments = true, ...facts }) {
  const track = (name) => {
    const [codec, converted] = name.split(" as ");
    return { codec, converted };
  };
  const movie = { ...facts, audio: audio.map(track), segments: segments ? "/segments/Film/index.json" : undefined };
  return video === undefined ? movie : { ...movie, video: track(video) };
}

for (const [name, expected] of Object.entries(ways)) {
  for (const [browserName, order] of Object.entries(expected)) {
    test(`${name} in ${browserName}: ${order.join(", then ")}`, () => {
      assert.deepEqual(waysOf(film(films[name]), browser(browsers[browserName])), order);
    });
  }
}

for (const [name, { Firefox: way }] of Object.entries(plays)) {
  if (way !== "segments" && way !== "converted sound") continue;
  test(`${name} in Firefox: ${way}`, () => {
    assert.equal(hearsConverted(film(films[name]), browser(browsers.Firefox)), way === "converted sound");
  });
}

for (const [name, { Firefox: way }] of Object.entries(plays)) {
  test(`${name} in Firefox: ${way === "converted picture" ? "a converted picture" : "its own picture"}`, () => {
    assert.equal(seesConverted(film(films[name]), browser(browsers.Firefox)), way === "converted picture");
  });
}

test("a browser without Media Source Extensions, as Node.js is one, gets the file", () => {
  assert.deepEqual(waysOf(film(films["MP4 of three hours"])), ["file"]);
});
