// A dialog over the page, made anew each time.

import { node } from "../about/parts.js";

/** @type {Promise<unknown> | null} */
let style = null;

/**
 * Opens a dialog with this heading. It is gone once it is closed.
 * @param {string} heading
 * @param {...(Node | string)} children
 */
export async function openDialog(heading, ...children) {
  await styled();
  const title = node("h2", "", heading);
  title.id = "sharing-heading";
  title.dir = "auto";
  const dialog = node("dialog", "sharing", title, ...children);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // keys of the player are letters here
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * @param {string} words
 * @param {() => void} act
 * @param {string} className
 */
export function button(words, act, className = "button") {
  const made = node("button", className, words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function styled() {
  style ??= new Promise((resolve) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "static/sharing/sharing.css" });
    for (const event of ["load", "error"]) sheet.addEventListener(event, resolve);
    document.head.append(sheet);
  });
  return style;
}
