// Arrow keys move the focus from card to card: along the line, or to the line above or below.

const steps = new Map([["ArrowLeft", -1], ["ArrowRight", 1]]);

/**
 * Moves the focus if the key is an arrow and there is a card in its direction. Answers whether it did.
 * @param {string} key
 * @param {HTMLElement} card
 */
export function followArrow(key, card) {
  const cards = allCards();
  const step = stepOf(key, card);
  const next = step === undefined ? nearestLine(key, card, cards) : cards[cards.indexOf(card) + step];
  next?.focus();
  return next !== undefined;
}

/**
 * @param {string} key
 * @param {HTMLElement} card
 */
function stepOf(key, card) {
  const step = steps.get(key);
  return step !== undefined && getComputedStyle(card).direction === "rtl" ? -step : step;
}

/** Focuses the first card, and answers whether there is one. */
export function focusFirstCard() {
  const [first] = allCards();
  first?.focus();
  return first !== undefined;
}

/** Opens the first card as a click does, and answers whether there is one. */
export function openFirstCard() {
  const [first] = allCards();
  first?.click();
  return first !== undefined;
}

/** @returns {HTMLElement[]} */
function allCards() {
  return [...document.querySelectorAll("#shelves .card")].filter((card) => card instanceof HTMLElement);
}

/**
 * The nearest card in the next line above or below; undefined if there is none, or for other keys.
 * @param {string} key
 * @param {HTMLElement} card
 * @param {HTMLElement[]} cards
 */
function nearestLine(key, card, cards) {
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const here = card.getBoundingClientRect();
  const ahead = cards.flatMap((each) => {
    const { top, left } = each.getBoundingClientRect();
    const way = key === "ArrowUp" ? here.top - top : top - here.top;
    return way > 1 ? [{ card: each, way, aside: Math.abs(left - here.left) }] : [];
  });
  const nearest = Math.min(...ahead.map(({ way }) => way));
  return ahead.filter(({ way }) => way - nearest < 2).sort((a, b) => a.aside - b.aside)[0]?.card;
}
