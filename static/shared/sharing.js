// Opens the dialogs for sharing. They are loaded when somebody asks for them.

/** @import { Movie } from "./movies.js" */

import { filmField } from "./address.js";
import { titleInWords } from "./words.js";

/** @param {Movie} movie */
export async function shareFilm(movie) {
  const { openShareDialog } = await import("../sharing/share-dialog.js");
  openShareDialog({ query: `film=${filmField(movie.url)}`, name: titleInWords(movie), what: "this film alone, with its extras" });
}

/** @param {{ series: string, folder: string }} part of the library: a series, or else a folder */
export async function sharePart({ series, folder }) {
  const { openShareDialog } = await import("../sharing/share-dialog.js");
  const query = new URLSearchParams(series ? { series } : { folder }).toString();
  const what = series ? "this series alone, wherever its episodes are" : "this folder alone, with what comes into it later";
  openShareDialog({ query, name: series || folder.slice(folder.lastIndexOf("/") + 1), what });
}

export async function showShares() {
  const { openSharesDialog } = await import("../sharing/shares-dialog.js");
  openSharesDialog();
}
