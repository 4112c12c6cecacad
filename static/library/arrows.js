// Arrow keys lead from card to card, as the eye goes.

const steps = { ArrowLeft: -1, ArrowRight: 1 };

/** Moves the focus if the key is an arrow and there is a card in its direction, and answers whether it did. */
export function followArrow(key, card) {
  const cards = [...document.querySelectorAll("#shelves .card")];
  const next = key in steps ? cards[cards.indexOf(card) + steps[key]] : nearestLine(key, card, cards);
  next?.focus();
  return next !== undefined;
}

/** Focuses the first card, and answers whether there is one. */
export function focusFirstCard() {
  const first = document.querySelector("#shelves .card");
  first?.focus();
  return first !== null;
}

/** The card of the next line above or below that is nearest to this one's middle. */
function nearestLine(key, card, cards) {
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const places = new Map(cards.map((each) => [each, each.getBoundingClientRect()]));
  const here = places.get(card);
  const way = ({ top }) => (key === "ArrowUp" ? here.top - top : top - here.top);
  const ahead = cards.filter((each) => way(places.get(each)) > 1);
  const line = Math.min(...ahead.map((each) => way(places.get(each))));
  const aside = (each) => Math.abs(places.get(each).left - here.left);
  return ahead.filter((each) => way(places.get(each)) - line < 2).sort((a, b) => aside(a) - aside(b))[0];
}
