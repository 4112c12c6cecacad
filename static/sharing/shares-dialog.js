// The dialog with all links that were sent: when each was last used, and taking it back.

/** @import { Share, Shares } from "./server.js" */

import { node, words } from "../about/parts.js";
import { copyText } from "../shared/clipboard.js";
import { serverUrl } from "../shared/movies.js";
import { button, openDialog } from "./dialog.js";
import { reachInWords } from "./reach.js";
import { loadShares, takeBack } from "./server.js";
import { termsInWords, useInWords } from "./terms.js";

const NONE = "Nothing is shared. “Share …” is in the menu of each film, and on the page of a series or a folder.";
const NOT_KEPT = "This server keeps no list of links: each is open until it ends, or until there is another password. With --shares and a file on a disk that lasts, links can be taken back.";

export async function openSharesDialog() {
  const said = node("p", "quiet");
  said.role = "status";
  const list = node("ul", "shares");
  list.append(...(await itemsOf(loadShares(), said)));
  const dialog = await openDialog("Shares", list, said, node("p", "actions", button("Close", () => dialog.close())));
}

/**
 * @param {Promise<Shares>} asked
 * @param {HTMLElement} said
 */
async function itemsOf(asked, said) {
  try {
    const { kept, shares } = await asked;
    if (!kept || shares.length === 0) said.textContent = kept ? NONE : NOT_KEPT;
    return shares.map((share) => itemOf(share, said));
  } catch (error) {
    said.textContent = message(error);
    return [];
  }
}

/**
 * @param {Share} share
 * @param {HTMLElement} said
 */
function itemOf(share, said) {
  const title = share.form === "film" ? share.title : `${share.title} (${share.form})`;
  const url = serverUrl(share.url);
  const copy = button("Copy link", async () => (said.textContent = `${(await copyText(url)) ? `Copied the link to ${title}.` : url} ${reachInWords(url)}`));
  const back = button("Take back", async () => {
    back.disabled = true;
    try {
      await takeBack(share.id);
      said.textContent = `The link to ${title} is closed. What plays by it ends within seconds.`;
      item.remove();
    } catch (error) {
      said.textContent = message(error);
      back.disabled = false;
    }
  });
  back.ariaLabel = `Take back the link to ${title}`;
  copy.ariaLabel = `Copy link to ${title}`;
  const told = [termsInWords(share, Date.now() / 1000), useInWords(share)].map((line) => node("p", "quiet", line));
  const item = node("li", "", words("h3", "", title), ...told, node("p", "actions", copy, back));
  return item;
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
