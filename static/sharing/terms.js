// The terms of a share in words.

/** @import { Share } from "./server.js" */

const DAY_S = 86_400;

/** For how long a share may be open, in words and in seconds; 0: for ever. */
export const LENGTHS = /** @type {const} */ ([
  ["A day", DAY_S],
  ["A week", 7 * DAY_S],
  ["A month", 30 * DAY_S],
  ["A year", 365 * DAY_S],
  ["For ever", 0],
]);

const DATE = /** @type {const} */ ({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** @param {number} time in seconds since 1970 */
export function timeInWords(time) {
  return new Intl.DateTimeFormat("en-GB", DATE).format(time * 1000);
}

/**
 * "Open until 5 Dec 2026, 18:00 · for downloads, too · with a code".
 * @param {Pick<Share, "begins" | "ends" | "downloads" | "code">} share
 * @param {number} now
 */
export function termsInWords({ begins, ends, downloads, code }, now) {
  const until = ends > 0 ? `until ${timeInWords(ends)}` : "for ever";
  const open = begins > now ? `Open from ${timeInWords(begins)} ${until}` : `Open ${until}`;
  const time = ends > 0 && ends <= now ? `Ended on ${timeInWords(ends)}` : open;
  return [time, downloads && "for downloads, too", code && "with a code"].filter(Boolean).join(" · ");
}

/** @param {Pick<Share, "used" | "viewers">} share */
export function useInWords({ used, viewers }) {
  if (used === 0) return "Not used yet";
  const many = viewers >= 100 ? "100 addresses or more" : viewers === 1 ? "1 address" : `${viewers} addresses`;
  return `Last used ${timeInWords(used)}, from ${many} in all`;
}
