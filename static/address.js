// The address bar: which film is meant, and from which time.

const TIME_FORM = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/;

/** The film's path (null: the library is meant) and the time in seconds that a query names. */
export function readAddress(query) {
  const fields = new URLSearchParams(query);
  return { path: fields.get("film"), time: parseTime(fields.get("t")) };
}

/** The query that leads to a film at a time, in whole seconds. Slashes stay readable. */
export function filmAddress(path, time = 0) {
  const fields = new URLSearchParams({ film: path });
  if (time >= 1) fields.set("t", Math.floor(time));
  return `?${fields}`.replaceAll("%2F", "/").replaceAll("+", "%20");
}

/** Seconds, from `90`, `90.5`, `45s`, `2m` or `1h2m3s`; 0 for anything else. */
export function parseTime(text) {
  const [, hours = 0, minutes = 0, seconds = 0] = TIME_FORM.exec(text ?? "") ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** A time as a clock shows it: 1:02, or 1:02:03. */
export function clockTime(time) {
  const [hours, minutes, seconds] = [time / 3600, (time / 60) % 60, time % 60].map(Math.floor);
  const padded = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${padded(minutes)}:${padded(seconds)}` : `${minutes}:${padded(seconds)}`;
}
