// A row of cards, which scrolls sideways: by finger, sideways wheel and arrow keys as the browser does it, and by two
// buttons. A plain wheel scrolls the page, as everywhere: a row that took it would stop a viewer on the way down.

const STEP = 0.85; // of the row's width, so that a card that is cut off is whole after the step

/**
 * The buttons that scroll the list. They can be seen only while there is somewhere to go.
 * @param {HTMLElement} list
 */
export function makeRowButtons(list) {
  const buttons = document.createElement("span");
  buttons.className = "row-buttons";
  const [back, on] = [stepButton("Scroll back", -1, list), stepButton("Scroll on", 1, list)];
  buttons.append(back, on);

  function update() {
    const way = Math.abs(list.scrollLeft); // negative from right to left
    const room = list.scrollWidth - list.clientWidth;
    back.disabled = way < 2;
    on.disabled = way > room - 2;
    buttons.hidden = room < 2;
  }

  list.addEventListener("scroll", update, { passive: true });
  new ResizeObserver(update).observe(list);
  return { buttons, update };
}

/**
 * @param {string} label
 * @param {1 | -1} way
 * @param {HTMLElement} list
 */
function stepButton(label, way, list) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = way < 0 ? "step back" : "step";
  button.ariaLabel = label;
  button.tabIndex = -1; // arrow keys go from card to card
  button.addEventListener("click", () => {
    const direction = getComputedStyle(list).direction === "rtl" ? -way : way;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.scrollBy({ left: direction * STEP * list.clientWidth, behavior: calm ? "instant" : "smooth" });
  });
  return button;
}
