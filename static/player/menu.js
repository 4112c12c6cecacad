// The menu over the picture: pages of items, by finger, mouse or keys. One is open at a time, over the button that opened it.
// The pattern is https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/.

import { element } from "../shared/element.js";

/**
 * Leads to a page, or acts. `value` is what is chosen on that page; `checked`, if given, makes it one of several choices;
 * `lead` stands before the name. The menu closes after an act, unless the item `stays`.
 * @typedef {object} Item
 * @property {string} name
 * @property {string} [lead]
 * @property {string} [value]
 * @property {boolean} [checked]
 * @property {boolean} [stays]
 * @property {() => Page} [page]
 * @property {() => void} [act]
 */

/** @typedef {{ name: string, items: Item[] }} Page */

const menu = element("player-menu");
const screen = element("screen");
const autohide = screen.getAttribute("autohide") ?? "";

/** @type {HTMLElement | null} */
let opener = null; // the button, while the menu is open
/** @type {(() => Page)[]} */
let trail = []; // the page that shows is the last; each is made anew when it is shown

menu.addEventListener("keydown", onKey);
menu.addEventListener("focusout", ({ relatedTarget }) => relatedTarget instanceof Node && !isOurs(relatedTarget) && closeMenu());
document.addEventListener("pointerdown", ({ target }) => target instanceof Node && !isOurs(target) && closeMenu());

/**
 * Lets the button open and close the menu at the page.
 * @param {HTMLElement} button
 * @param {() => Page} page
 */
export function opensMenu(button, page) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  const handleClick = () => {
    const isOpen = opener === button;
    closeMenu();
    if (!isOpen) openMenu(button, page);
  };
  Object.assign(button, { handleClick }); // which media-chrome's buttons call, for keys too
}

/** Closes the menu; the focus goes back to its button, if it was in the menu. */
export function closeMenu() {
  if (opener === null) return;
  const button = opener;
  opener = null;
  button.setAttribute("aria-expanded", "false");
  screen.setAttribute("autohide", autohide);
  if (menu.contains(document.activeElement)) button.focus();
  menu.hidden = true;
  menu.replaceChildren();
}

/**
 * @param {HTMLElement} button
 * @param {() => Page} page
 */
function openMenu(button, page) {
  opener = button;
  button.setAttribute("aria-expanded", "true");
  screen.setAttribute("autohide", "-1"); // the controls stay while the menu is open
  trail = [page];
  menu.hidden = false;
  show();
}

/** Makes the page that shows anew, since there is more to choose from. */
export function renewMenu() {
  if (opener === null) return;
  const focused = document.activeElement?.querySelector(".menu-name")?.textContent;
  if (menu.contains(document.activeElement)) show(focused ?? undefined);
}

/** @param {Node} node */
function isOurs(node) {
  return menu.contains(node) || opener?.contains(node);
}

/**
 * Shows the last page of the trail. The focus goes to the item of this name, else to the one that is checked or the first.
 * @param {string} [name]
 */
function show(name) {
  const { name: heading, items } = trail[trail.length - 1]();
  const buttons = items.map(itemButton);
  const back = trail.length > 1 ? [itemButton({ name: heading, stays: true, act: goBack })] : [];
  back[0]?.classList.add("menu-back");
  back[0]?.setAttribute("aria-label", `Back from ${heading}`);
  menu.setAttribute("aria-label", heading);
  menu.replaceChildren(...back, ...buttons);
  const place = items.findIndex((item) => (name === undefined ? item.checked : item.name === name));
  buttons[Math.max(0, place)]?.focus();
}

/** @param {Item} item */
function itemButton(item) {
  const { name, lead, value, checked, page } = item;
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.setAttribute("role", checked === undefined ? "menuitem" : "menuitemradio");
  if (checked !== undefined) button.setAttribute("aria-checked", String(checked));
  if (page) button.setAttribute("aria-haspopup", "menu");
  if (lead) button.append(textIn("menu-lead", lead));
  button.append(textIn("menu-name", name));
  if (value !== undefined) button.append(textIn("menu-value", value));
  button.addEventListener("click", () => choose(item));
  return button;
}

/**
 * @param {string} className
 * @param {string} text
 */
function textIn(className, text) {
  const span = document.createElement("span");
  span.className = className;
  span.dir = "auto"; // names may be of any language
  span.textContent = text;
  return span;
}

/** @param {Item} item */
function choose({ name, page, act, stays }) {
  if (page) {
    trail.push(page);
    return show();
  }
  if (!stays) closeMenu();
  act?.();
  if (stays && opener) show(name);
}

function goBack() {
  const [left] = trail.splice(-1);
  show(left().name);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const { key, ctrlKey, altKey, metaKey } = event;
  if (ctrlKey || altKey || metaKey) return;
  const items = [...menu.querySelectorAll("button")];
  const place = items.findIndex((item) => item === document.activeElement);
  if (key === "Escape" || key === "Tab") closeMenu();
  else if (key === "ArrowDown") items[(place + 1) % items.length].focus();
  else if (key === "ArrowUp") items.at(place - 1)?.focus();
  else if (key === "Home") items[0].focus();
  else if (key === "End") items.at(-1)?.focus();
  else if (key === "ArrowRight") items[place]?.getAttribute("aria-haspopup") && items[place].click();
  else if (key === "ArrowLeft") trail.length > 1 && goBack();
  else if (key.length === 1 && key !== " ") focusByLetter(items, place, key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Focuses the next item whose name begins with the letter.
 * @param {HTMLElement[]} items
 * @param {number} place
 * @param {string} letter
 */
function focusByLetter(items, place, letter) {
  const inTurn = [...items.slice(place + 1), ...items.slice(0, place + 1)];
  const begins = (/** @type {HTMLElement} */ item) => item.querySelector(".menu-name")?.textContent?.toLowerCase().startsWith(letter.toLowerCase());
  inTurn.find(begins)?.focus();
}
