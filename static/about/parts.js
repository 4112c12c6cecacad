// The nodes of the page about a film. Texts come from files, so each is set as text, and its direction follows from it.

/** @import { About, Fact } from "./facts.js" */

import { libraryAddress } from "../shared/address.js";

/**
 * A node with these children. Texts are as they are.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function node(tag, className = "", ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/**
 * A text in its own direction.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} className
 * @param {string} text
 */
export function words(tag, className, text) {
  const made = node(tag, className, text);
  made.dir = "auto";
  return made;
}

/**
 * @param {string} text
 * @param {string} address
 * @param {string} className
 */
export function link(text, address, className = "") {
  const made = words("a", className, text);
  made.href = address;
  return made;
}

/**
 * A part with a heading; none if there is nothing in it.
 * @param {string} heading
 * @param {Node[]} content
 */
export function section(heading, content) {
  return content.length === 0 ? [] : [node("section", "", node("h2", "", heading), ...content)];
}

/**
 * A list of these items; none if there are no items. `label` is for a list without a heading.
 * @param {HTMLElement[]} items
 * @param {string} className
 * @param {string | null} label
 */
export function list(items, className, label = null) {
  if (items.length === 0) return [];
  const made = node("ul", className, ...items.map((item) => node("li", "", item)));
  made.ariaLabel = label;
  return [made];
}

/**
 * A text in paragraphs, as it has empty lines; none for an empty text.
 * @param {string} text
 */
export function paragraphs(text) {
  return text === "" ? [] : text.split(/\n\s*\n/).map((paragraph) => words("p", "", paragraph));
}

/** @param {NonNullable<About["cast"]>} cast */
export function castList(cast) {
  return cast.map(({ name, role }) => {
    const member = node("span", "cast-member", searchLink(name));
    if (role) member.append(words("span", "quiet", role));
    return member;
  });
}

/** @param {Fact[]} facts */
export function factList(facts) {
  const lines = facts.map(({ label, values, names }) => {
    const shown = values.map((value) => (names ? node("dd", "", searchLink(value)) : words("dd", "", value)));
    return node("div", names ? "names" : "", node("dt", "", label), ...shown);
  });
  return node("dl", "about-facts", ...lines);
}

/**
 * A link to the films of which this is said.
 * @param {string} name
 */
function searchLink(name) {
  return link(name, libraryAddress({ words: name }));
}
