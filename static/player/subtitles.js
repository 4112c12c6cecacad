// A file of subtitles from the viewer's own disk, as WebVTT: SubRip, WebVTT, and the words of (Advanced) SubStation Alpha.

const LARGEST_BYTES = 5_000_000;
// Times as people write them: with a comma or a point, a short fraction or none, with hours or without.
const TIME = String.raw`(?:(\d{1,5}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?`;
const TIMES = new RegExp(String.raw`^[ \t]*${TIME}[ \t]*-{1,3}>[ \t]*${TIME}(?![\d:.,])(.*)$`, "gm");
const SUBSTATION_TIME = new RegExp(`^${TIME}$`);
const SUBSTATION_COLUMNS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"; // where none are named

/**
 * The file's content as WebVTT. Throws an Error with words for the viewer.
 * @param {File} file
 */
export async function readSubtitles(file) {
  if (file.size > LARGEST_BYTES) throw new Error(`${file.name} is too large for a file of subtitles.`);
  const text = decode(await file.arrayBuffer()).replace(/\r\n?/g, "\n");
  const webVtt = /^\s*WEBVTT/.test(text)
    ? withWholeTimes(text.trimStart())
    : /^\[(Script Info|Events)\]/im.test(text)
      ? fromSubStation(text)
      : fromSubRip(text);
  if (!webVtt.includes("-->")) throw new Error(`${file.name} has no subtitles that can be read here.`);
  return webVtt;
}

/**
 * Text is UTF-8, or UTF-16 with its mark; else it is from the time before: the most common code page of that.
 * @param {ArrayBuffer} bytes
 */
function decode(bytes) {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** @param {string} text */
function fromSubRip(text) {
  const words = text.replace(/\{\\[^}]*\}/g, "").replace(/<\/?font[^>]*>/gi, "");
  return `WEBVTT\n\n${withWholeTimes(words)}`;
}

/** @param {string} text */
function fromSubStation(text) {
  const events = /^\[Events\]([^]*?)(?=^\[|(?![^]))/im.exec(text)?.[1] ?? "";
  const columns = (/^Format:(.*)$/im.exec(events)?.[1] ?? SUBSTATION_COLUMNS).split(",").map((name) => name.trim().toLowerCase());
  /** @param {string} name */
  const column = (name) => columns.indexOf(name);
  const cues = [...events.matchAll(/^Dialogue:(.*)$/gim)].flatMap(([, line]) => {
    const fields = line.trim().split(",");
    const words = fields.slice(columns.length - 1).join(",").trim(); // the last column may have commas
    const [start, end] = ["start", "end"].map((name) => SUBSTATION_TIME.exec(fields[column(name)]?.trim() ?? ""));
    return start && end ? [`${wholeTimeOf(start.slice(1))} --> ${wholeTimeOf(end.slice(1))}\n${plainWords(words)}`] : [];
  });
  return ["WEBVTT", ...cues].join("\n\n");
}

/** @param {string} words */
function plainWords(words) {
  return words
    .replace(/\{[^}]*\}/g, "")
    .replace(/\\N/gi, "\n")
    .replace(/\\h/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/\n{2,}/g, "\n");
}

/**
 * The text with its lines of times as WebVTT has them. What else is in such a line may be its settings.
 * @param {string} text
 */
function withWholeTimes(text) {
  return text.replace(TIMES, (...found) => `${wholeTimeOf(found.slice(1, 5))} --> ${wholeTimeOf(found.slice(5, 9))}${found[9]}`);
}

/**
 * "01:02:03.400" of ["1", "2", "3", "4"], whose hours and fraction may be undefined.
 * @param {string[]} parts
 */
function wholeTimeOf([hours = "", minutes, seconds, fraction = ""]) {
  const [hh, mm, ss] = [hours, minutes, seconds].map((number) => number.padStart(2, "0"));
  return `${hh}:${mm}:${ss}.${fraction.padEnd(3, "0").slice(0, 3)}`;
}
