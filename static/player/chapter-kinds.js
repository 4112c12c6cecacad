// Which chapters are an intro, a recap or credits, by their names: in English and in the common words of other languages.

/** @import { Chapter } from "../shared/movies.js" */

/** @typedef {"intro" | "recap" | "credits" | "preview"} Kind */

/**
 * A part of the film that may be skipped, in seconds, up to before `end`. `closes`: nothing of the story comes after it.
 * @typedef {{ kind: Kind, start: number, end: number, closes: boolean }} Part
 */

/** Whole names. Those that are in two lists go by their place in the film. */
const NAMES = {
  intro: `intro, introduction, op, opening, opening credits, opening theme, opening titles, opening sequence, main title,
    main titles, title sequence, titles, title, theme, theme song, credits, vorspann, titelsequenz, titelmelodie, titellied,
    générique, générique de début, générique d'ouverture, introducción, cabecera, créditos, créditos iniciales, sigla,
    sigla iniziale, introduzione, titoli di testa, introdução, abertura, créditos de abertura, begingeneriek, leader,
    openingstitels, czołówka, wstęp, заставка, вступление, опенинг, начальные титры, オープニング, 片头, 片頭, 片头曲,
    片頭曲, 오프닝, 인트로, förtexter, vinjett, jenerik, giriş`,
  recap: `recap, previously, previously on, last time, last time on, last episode, the story so far, summary, rückblick,
    was bisher geschah, zuletzt bei, résumé, précédemment, précédemment dans, resumen, anteriormente, anteriormente en,
    en capítulos anteriores, en episodios anteriores, riassunto, riepilogo, nelle puntate precedenti,
    negli episodi precedenti, resumo, anteriormente em, no episódio anterior, nos episódios anteriores, samenvatting,
    eerder, wat voorafging, poprzednio, w poprzednim odcinku, w poprzednich odcinkach, краткое содержание,
    в предыдущих сериях, ранее, ранее в сериале, あらすじ, 前回のあらすじ, 前回まで, 前情提要, 前回提要, 上集回顾, 지난 이야기,
    지난 줄거리, tidigare, önceki bölümde, önceki bölümlerde`,
  credits: `credits, end credits, ending credits, closing credits, ed, ending, ending theme, closing theme, end titles,
    closing titles, outro, the end, abspann, générique, générique de fin, créditos, créditos finales, titoli di coda, sigla finale,
    titoli, créditos finais, encerramento, aftiteling, eindgeneriek, napisy końcowe, tyłówka, титры,
    финальные титры, конечные титры, эндинг, エンディング, エンドロール, エンドクレジット, スタッフロール, 片尾, 片尾曲, 엔딩,
    엔딩 크레딧, 아웃트로, eftertexter, kapanış, kapanış jeneriği, jenerik, bitiş jeneriği`,
  preview: `preview, next episode, next time, next time on, next on, coming up, sneak peek, teaser, trailer, vorschau,
    nächste folge, prochain épisode, prochainement, avance, próximo episodio, próximo capítulo, prossimo episodio,
    prossimamente, próximo episódio, volgende aflevering, następny odcinek, в следующей серии, 次回予告, 予告, 下集预告,
    下集預告, 다음 이야기, 예고, nästa avsnitt, gelecek bölüm`,
};
const OPEN_ENDED = /^(?:previously on|last time on|previously|precedemment dans|anteriormente e[nm]|zuletzt bei) /;
const NUMBERING = /^(?:(?:chapter|kapitel|chapitre|capitulo|capitolo|hoofdstuk|rozdzia[łl]|глава)? ?\d{1,3} )?/;

/** @type {Map<string, Set<Kind>>} */
const kinds = new Map();
for (const [kind, names] of Object.entries(NAMES)) {
  for (const name of names.split(",").map(plain)) kinds.set(name, (kinds.get(name) ?? new Set()).add(/** @type {Kind} */ (kind)));
}

/**
 * The kind of a chapter with this name; null: it is of the story. `late`: it begins in the second half of the film.
 * @param {string} title
 * @param {boolean} late
 * @returns {Kind | null}
 */
export function chapterKind(title, late) {
  const [before] = title.split(/\s*[:：|]\s*|\s+[-–—]\s+/);
  const found = kindsNamed(title) ?? kindsNamed(before);
  if (found === undefined) return OPEN_ENDED.test(plain(title)) ? "recap" : null;
  if (found.size > 1) return late ? "credits" : "intro";
  const [kind] = found;
  return kind;
}

/**
 * The parts of the film that may be skipped. Chapters are in the order of their start.
 * @param {Chapter[]} chapters
 * @param {number} duration
 * @returns {Part[]}
 */
export function skippableParts(chapters, duration) {
  const parts = chapters.map(({ start, title }, index) => {
    const end = chapters[index + 1]?.start ?? duration;
    return { kind: chapterKind(title ?? "", start >= duration / 2), start, end };
  });
  const lastOfStory = parts.findLastIndex(({ kind }) => kind !== "credits" && kind !== "preview");
  return parts.flatMap(({ kind, start, end }, index) =>
    kind !== null && end > start ? [{ kind, start, end, closes: index > lastOfStory }] : [],
  );
}

/**
 * The part that runs at the second.
 * @param {Part[]} parts
 * @param {number} time
 */
export function partAt(parts, time) {
  return parts.find(({ start, end }) => start <= time && time < end);
}

/** @param {string} name */
function kindsNamed(name) {
  const words = plain(name).replace(NUMBERING, "").replace(/ (?:start|begin|\d{1,2})$/, "");
  return kinds.get(words);
}

/**
 * In small letters without accents, with one space between words.
 * @param {string} name
 */
function plain(name) {
  const letters = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
