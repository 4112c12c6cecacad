import assert from "node:assert/strict";
import test from "node:test";
import { choiceOf, soundNames, suitableSound } from "../../static/player/sound-choice.js";

const ENGLISH = { language: "en", channels: 2 };
const SURROUND = { language: "en", channels: 6 };
const COMMENTARY = { language: "en", label: "Commentary", channels: 2 };
const GERMAN = { language: "de", default: true, channels: 6 };

test("without a choice the film's default is heard, or else its first sound", () => {
  assert.equal(suitableSound([ENGLISH, GERMAN]), GERMAN);
  assert.equal(suitableSound([ENGLISH, COMMENTARY]), ENGLISH);
  assert.equal(suitableSound([]), undefined);
});

test("without a choice a sound that is for all comes before a commentary, or one for few", () => {
  const director = { language: "en", commentary: true, default: true };
  assert.equal(suitableSound([director, { language: "en", described: true }, ENGLISH]), ENGLISH);
  assert.equal(suitableSound([director, ENGLISH], { language: "en" }), ENGLISH);
  assert.equal(suitableSound([director]), director);
});

test("what a sound is for is in its name", () => {
  const sounds = [ENGLISH, { language: "en", commentary: true }, { ...COMMENTARY, commentary: true }, { language: "en", described: true, hearing_impaired: true }];
  assert.deepEqual(soundNames(sounds, ["en"]), [
    "English",
    "English (commentary)",
    "English – Commentary",
    "English (with descriptions, for the hard of hearing)",
  ]);
});

test("the language of the last choice is heard, in whichever country", () => {
  assert.equal(suitableSound([ENGLISH, GERMAN], { language: "en-GB" }), ENGLISH);
  assert.equal(suitableSound([ENGLISH, GERMAN], { language: "fr" }), GERMAN);
});

test("of several sounds in a language, the one of the same name as the last choice is heard", () => {
  assert.equal(suitableSound([ENGLISH, COMMENTARY, GERMAN], { language: "en", label: "Commentary" }), COMMENTARY);
  assert.equal(suitableSound([COMMENTARY, ENGLISH, GERMAN], { language: "en" }), ENGLISH);
});

test("a choice of a sound of no known language says nothing about other films", () => {
  assert.equal(suitableSound([ENGLISH, GERMAN], { label: "Commentary" }), GERMAN);
});

test("stereo is heard where a sound is there as 5.1, too, until somebody chooses that, and it is remembered", () => {
  const stereo = [{ ...ENGLISH }, { language: "de", channels: 2, default: true }];
  const sounds = [stereo[0], SURROUND, stereo[1], GERMAN];
  assert.equal(suitableSound(sounds), stereo[1]);
  const choice = choiceOf(SURROUND, sounds);
  assert.deepEqual(choice, { language: "en", label: undefined, surround: true });
  assert.equal(suitableSound(sounds, choice), SURROUND);
  assert.equal(suitableSound(sounds, choiceOf(stereo[0], sounds)), stereo[0]);
  assert.equal(suitableSound([GERMAN, stereo[1]], { language: "fr", surround: true }), GERMAN);
  assert.equal(suitableSound([ENGLISH], choice), ENGLISH);
  assert.deepEqual(choiceOf(GERMAN, [ENGLISH, GERMAN]), { language: "de", label: undefined });
});

test("sounds are called by their language and name, in the viewer's language", () => {
  assert.deepEqual(soundNames([GERMAN, COMMENTARY], ["en"]), ["German", "English – Commentary"]);
  assert.deepEqual(soundNames([GERMAN, { language: "de", label: "Deutsch (Kino)" }], ["de"]), ["Deutsch", "Deutsch (Kino)"]);
});

test("layouts, and then numbers, tell apart what would be called the same", () => {
  assert.deepEqual(soundNames([ENGLISH, SURROUND], ["en"]), ["English (stereo)", "English (5.1)"]);
  assert.deepEqual(soundNames([{}, {}, ENGLISH], ["en"]), ["Sound", "Sound 2", "English"]);
});
