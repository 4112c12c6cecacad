// The dialog that makes a link to a film, a series or a folder.

/** @import { Made } from "./server.js" */

import { node } from "../about/parts.js";
import { copyText } from "../shared/clipboard.js";
import { button, openDialog } from "./dialog.js";
import { reachInWords } from "./reach.js";
import { loadShares, makeShare } from "./server.js";
import { LENGTHS, termsInWords } from "./terms.js";

const USUAL_S = 7 * 86_400;

/** @typedef {{ query: string, name: string, what: string }} Subject `query` is for the server, `name` and `what` for people */

/** @param {Subject} subject */
export async function openShareDialog(subject) {
  const kept = await loadShares().then(({ kept }) => kept, () => true); // if it does not answer, it says so later
  const form = termsForm(kept);
  const trouble = node("p", "trouble");
  trouble.role = "alert";
  const make = node("button", "button primary", "Make a link");
  form.append(trouble, node("p", "actions", make, button("Cancel", () => dialog.close())));
  const dialog = await openDialog(`Share “${subject.name}”`, node("p", "quiet", `Whoever opens the link sees ${subject.what}.`), form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    make.disabled = true;
    try {
      const terms = termsOf(form);
      showLink(dialog, subject, await makeShare(subject.query, terms), terms);
    } catch (error) {
      trouble.textContent = error instanceof Error ? error.message : String(error);
    }
    make.disabled = false;
  });
}

/** @param {boolean} kept */
function termsForm(kept) {
  const lasts = node("select", "button");
  for (const [words, seconds] of LENGTHS) {
    if (seconds > 0 || kept) lasts.append(new Option(words, String(seconds), seconds === USUAL_S, seconds === USUAL_S));
  }
  const begins = Object.assign(node("input", "button"), { type: "datetime-local" });
  const code = Object.assign(node("input", "button"), { type: "text", minLength: 4, maxLength: 64, autocomplete: "off", spellcheck: false });
  const downloads = Object.assign(node("input"), { type: "checkbox", value: "yes" });
  Object.entries({ lasts, begins, code, downloads }).forEach(([name, field]) => (field.name = name));
  const advice = "This server keeps no list of links, so this one cannot be taken back before it ends.";
  return node(
    "form",
    "",
    labelled("Open for", lasts),
    labelled("From", begins, "Now, if it is empty"),
    labelled("Code", code, "Asked for once, if there is one; tell it another way"),
    node("label", "check", downloads, " Films may be downloaded, too"),
    ...(kept ? [] : [node("p", "quiet", advice)]),
  );
}

/**
 * @param {string} words
 * @param {HTMLElement} field
 * @param {string} hint
 */
function labelled(words, field, hint = "") {
  return node("label", "", node("span", "", words), field, ...(hint ? [node("small", "quiet", hint)] : []));
}

/** @param {HTMLFormElement} form */
function termsOf(form) {
  const fields = new FormData(form);
  /** @param {string} name */
  const text = (name) => String(fields.get(name) ?? "");
  const begins = text("begins") && String(Math.round(new Date(text("begins")).getTime() / 1000));
  return { lasts: text("lasts"), begins, code: text("code").trim(), downloads: text("downloads") };
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Subject} subject
 * @param {Made} made
 * @param {{ begins: string, code: string, downloads: string }} terms
 */
function showLink(dialog, { name }, { link: url, ends, qr }, terms) {
  const field = Object.assign(node("input", "button link"), { type: "text", readOnly: true, value: url, ariaLabel: "Link" });
  field.addEventListener("focus", () => field.select());
  const said = node("p", "quiet");
  said.role = "status";
  const copy = button("Copy link", async () => (said.textContent = (await copyText(url)) ? "Copied." : "Copy it from the field above."), "button primary");
  const send = button("Send …", () => navigator.share({ title: name, url }).catch(() => {}));
  const code = Object.assign(node("p", "qr"), { innerHTML: qr, role: "img", ariaLabel: "QR code of the link" });
  const share = { begins: Number(terms.begins), ends, downloads: terms.downloads !== "", code: terms.code !== "" };
  dialog.querySelector("form")?.remove();
  dialog.querySelector("p")?.replaceChildren(`${termsInWords(share, Date.now() / 1000)}.`);
  dialog.append(code, field, node("p", "quiet", reachInWords(url)), node("p", "actions", copy, ...("share" in navigator ? [send] : []), button("Close", () => dialog.close())), said);
  copy.focus();
}
