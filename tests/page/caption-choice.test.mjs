import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { captionNames, inOrder, suitable } from "../../static/player/caption-choice.js";

const [EN, DE, FR, JA] = ["en", "de", "fr", "ja"].map((language) => ({ language }));
const [FORCED_EN, FORCED_FR] = [EN, FR].map((subtitle) => ({ ...subtitle, forced: true }));

const SONGS_DE = { language: "de", label: "Songs" };
const HARD_DE = { language: "de", hearing_impaired: true };

const FIRST = { // for a viewer who reads English: the subtitles, the sound, the choice of before, and what shows
  "none in the viewer's own language": [[EN], [EN], undefined, undefined],
  "a foreign film's": [[DE, EN], [JA], undefined, EN],
  "none that the viewer does not read": [[DE], [JA], undefined, undefined],
  "the forced ones of a film in one's own language": [[EN, FORCED_EN], [EN], undefined, FORCED_EN],
  "the forced ones in the language that is spoken": [[FORCED_FR, FORCED_EN], [EN], undefined, FORCED_EN],
  "the forced ones where they are switched off": [[EN, FORCED_EN], [JA], { off: true }, FORCED_EN],
  "those of the language that was chosen before": [[DE, EN], [EN], { language: "de" }, DE],
  "those of the kind that was chosen before": [[EN, DE, SONGS_DE, HARD_DE], [EN], { language: "de", hearing_impaired: true }, HARD_DE],
  "those of the name that was chosen before": [[DE, SONGS_DE, HARD_DE], [EN], { language: "de", label: "Songs" }, SONGS_DE],
  "plain ones, where there are none of the kind": [[FORCED_FR, FR], [EN], { language: "fr", label: "Songs" }, FR],
  "none where the film's language is not known": [[EN], [], undefined, undefined],
};

for (const [what, [subtitles, audio, choice, shown]] of Object.entries(FIRST)) {
  test(`the first captions are those that the viewer needs: ${what}`, () => {
    assert.equal(suitable(subtitles, audio, ["en-US", "en"], choice), shown);
  });
}

test("the name of captions has the language first, and no two have the same", () => {
  const names = captionNames(
    [
      { language: "en", label: "SDH" },
      { language: "en", label: "SDH" },
      { language: "de", label: "SDH", hearing_impaired: true },
      { language: "fr" },
      { language: "fr", label: "French (Canada)", forced: true },
      { label: "Songs" },
      {},
      {},
    ],
    ["en-US"],
  );
  assert.deepEqual(names, [
    "English – SDH",
    "English – SDH 2",
    "German – SDH (for the hard of hearing)",
    "French",
    "French (Canada) (forced)",
    "Songs",
    "Subtitles",
    "Subtitles 2",
  ]);
});

test("the viewer's languages come first, the others by name, and of each the plain ones before the forced", () => {
  const unknown = {};
  assert.deepEqual(inOrder([unknown, FORCED_EN, DE, EN, FR], ["fr-FR", "en"]), [FR, EN, FORCED_EN, DE, unknown]);
});
