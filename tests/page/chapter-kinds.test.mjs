import "./browser.mjs";
import assert from "node:assert/strict";
import test from "node:test";
import { chapterKind, partAt, skippableParts } from "../../static/player/chapter-kinds.js";

const EARLY = {
  intro: [
    "Intro", "INTRO", "Opening Credits", "Opening", "OP", "Main Titles", "Title Sequence", "Credits", "Intro Start",
    "01 - Intro", "Chapter 2: Opening", "Intro: The Heist", "Intro 1", "Vorspann", "Générique", "Générique de début",
    "Generique de debut", "Cabecera", "Créditos iniciales", "Sigla", "Titoli di testa", "Abertura", "Begingeneriek",
    "Czołówka", "Заставка", "Опенинг", "オープニング", "片头曲", "오프닝", "Förtexter", "Jenerik",
  ],
  recap: [
    "Recap", "Previously", "Previously on Night Trains", "Last time on Lost", "Was bisher geschah", "Rückblick",
    "Précédemment dans Lupin", "En episodios anteriores", "Anteriormente", "Nelle puntate precedenti", "Resumo",
    "Wat voorafging", "W poprzednim odcinku", "В предыдущих сериях", "前回のあらすじ", "前情提要", "지난 이야기",
  ],
  preview: ["Next Episode", "Next time", "Vorschau", "Prochain épisode", "次回予告", "下集预告"],
};
const LATE = {
  credits: [
    "Credits", "End Credits", "Closing credits", "ED", "Ending", "Outro", "Abspann", "Générique", "Générique de fin",
    "Créditos finales", "Titoli di coda", "Créditos finais", "Aftiteling", "Napisy końcowe", "Титры", "エンディング",
    "片尾曲", "엔딩 크레딧", "Eftertexter", "12. End Credits",
  ],
};
const STORY = [
  "", "Chapter 1", "The Opening of the Gate", "Opening Night", "Intro End", "An Introduction to Murder", "Edward",
  "Operation", "Credit Where It Is Due", "The Ending of All Things", "Titles and Entitlement", "Recapture", "Dawn",
];

for (const [late, table] of [[false, EARLY], [true, LATE]]) {
  for (const [kind, titles] of Object.entries(table)) {
    for (const title of titles) {
      test(`"${title}" is ${kind}`, () => assert.equal(chapterKind(title, late), kind));
    }
  }
}

for (const title of STORY) {
  test(`"${title}" is of the story`, () => {
    assert.equal(chapterKind(title, false), null);
    assert.equal(chapterKind(title, true), null);
  });
}

const EPISODE = [
  { start: 0, title: "Recap" },
  { start: 60, title: "Intro" },
  { start: 90 },
  { start: 1000, title: "Part Two" },
  { start: 2400, title: "Credits" },
];

test("parts end where the next chapter begins, the last one at the end of the film", () => {
  assert.deepEqual(skippableParts(EPISODE, 2600), [
    { kind: "recap", start: 0, end: 60, closes: false },
    { kind: "intro", start: 60, end: 90, closes: false },
    { kind: "credits", start: 2400, end: 2600, closes: true },
  ]);
});

test("credits close a film with a preview after them, but not with a scene after them", () => {
  const preview = [...EPISODE, { start: 2500, title: "Next Episode" }];
  assert.deepEqual(skippableParts(preview, 2600).slice(2), [
    { kind: "credits", start: 2400, end: 2500, closes: true },
    { kind: "preview", start: 2500, end: 2600, closes: true },
  ]);
  const scene = [...EPISODE, { start: 2500, title: "Stinger" }];
  assert.deepEqual(skippableParts(scene, 2600).slice(2), [{ kind: "credits", start: 2400, end: 2500, closes: false }]);
});

test("a film without a known length has no credits that end", () => {
  assert.deepEqual(skippableParts([{ start: 10, title: "Credits" }], NaN), []);
});

test("a part runs from its start to before its end", () => {
  const parts = skippableParts(EPISODE, 2600);
  assert.equal(partAt(parts, 60)?.kind, "intro");
  assert.equal(partAt(parts, 89.9)?.kind, "intro");
  assert.equal(partAt(parts, 90), undefined);
});
