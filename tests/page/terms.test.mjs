// The terms of a share in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { termsInWords, useInWords } from "../../static/sharing/terms.js";

process.env.TZ = "UTC";
const NOW = 1_800_000_000; // 15 January 2027, 08:00
const share = { begins: 0, ends: 0, downloads: false, code: false };

test("the terms are told with their times", () => {
  assert.equal(termsInWords(share, NOW), "Open for ever");
  assert.equal(termsInWords({ ...share, ends: NOW + 3600, downloads: true, code: true }, NOW), "Open until 15 Jan 2027, 09:00 · for downloads, too · with a code");
  assert.equal(termsInWords({ ...share, begins: NOW + 60, ends: NOW + 3600 }, NOW), "Open from 15 Jan 2027, 08:01 until 15 Jan 2027, 09:00");
  assert.equal(termsInWords({ ...share, ends: NOW, code: true }, NOW), "Ended on 15 Jan 2027, 08:00 · with a code");
});

test("the last use is told with the number of addresses", () => {
  assert.equal(useInWords({ used: 0, viewers: 0 }), "Not used yet");
  assert.equal(useInWords({ used: NOW, viewers: 1 }), "Last used 15 Jan 2027, 08:00, from 1 address in all");
  assert.equal(useInWords({ used: NOW, viewers: 3 }), "Last used 15 Jan 2027, 08:00, from 3 addresses in all");
  assert.equal(useInWords({ used: NOW, viewers: 100 }), "Last used 15 Jan 2027, 08:00, from 100 addresses or more in all");
});
