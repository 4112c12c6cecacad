// Reads a file of subtitles from the viewer's disk as WebVTT. It may be SubRip, WebVTT or SubStation Alpha, of which only
// the words are kept. Files are read in the page and never sent to the server.

const LARGEST_BYTES = 5_000_000;
// Encodings are told apart as in services/media/text/text_encoding.py.
const SAMPLE_BYTES = 1024;
const LEAST_ZEROS = 0.05; // share of zero bytes in UTF-16
const SOUND_FOR_EACH_ODD = 10; // sound characters needed for each odd one beyond the first
// Times as people write them: with a comma or a point, a short fraction or none, with or without hours, with spaces.
const [COLON, POINT] = ["[:\uff1a]", "[.,:;\uff0c\u060c]"].map((mark) => `[ \\t]{0,9}${mark}[ \\t]{0,9}`);
const TIME = String.raw`(?:(\d{1,5})${COLON})?(\d{1,3})${COLON}(\d{1,2})(?:${POINT}(\d{1,9}))?`;
const ARROW = "[ \\t]{0,9}(?:[-=\u2013\u2014]{1,3} ?(?:>|&gt;)|\u2192)[ \\t]{0,9}";
const TIMES = new RegExp(String.raw`^[ \t]*(?:\d{1,9}\.?[ \t]{1,9})?${TIME}${ARROW}${TIME}(?![\d:.,])(.*)$`, "gm");
const SUBSTATION_TIME = new RegExp(`^${TIME}$`);
const SUBSTATION_COLUMNS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"; // if the file names none

/**
 * The file's content as WebVTT. Throws an Error with words for the viewer.
 * @param {File} file
 */
export async function readSubtitles(file) {
  if (file.size > LARGEST_BYTES) throw new Error(`${file.name} is too large for a file of subtitles.`);
  const text = decode(await file.arrayBuffer()).replace(/\r{1,2}\n|\r/g, "\n");
  const webVtt = /^\s*WEBVTT/.test(text)
    ? withWholeTimes(text.trimStart())
    : /^\[(Script Info|Events)\]/im.test(text)
      ? fromSubStation(text)
      : fromSubRip(text);
  if (!webVtt.includes("-->")) throw new Error(`${file.name} has no subtitles that can be read here.`);
  return webVtt;
}

/**
 * The text: from UTF-16, or from UTF-8 with a few odd bytes at most, else from the most common of the older code pages.
 * @param {ArrayBuffer} bytes
 */
function decode(bytes) {
  const utf16 = utf16Of(new Uint8Array(bytes));
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  const text = new TextDecoder("utf-8").decode(bytes);
  const odd = text.match(/\ufffd/g)?.length ?? 0;
  const sound = (text.match(/[^\0-\x7f]/gu)?.length ?? 0) - odd;
  const isUtf8 = !odd || sound >= Math.max(1, SOUND_FOR_EACH_ODD * (odd - 1));
  return isUtf8 ? text : new TextDecoder("windows-1252").decode(bytes);
}

/**
 * The UTF-16 encoding, or "" if it is none. Other texts have no zero bytes; in UTF-16, every other byte of times and line
 * ends is zero.
 * @param {Uint8Array} bytes
 */
function utf16Of(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  bytes.subarray(0, SAMPLE_BYTES).forEach((byte, index) => byte || zeros[index % 2]++);
  if (Math.max(...zeros) < Math.min(bytes.length, SAMPLE_BYTES) * LEAST_ZEROS) return "";
  return zeros[0] > zeros[1] ? "utf-16be" : "utf-16le";
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
 * The text with its lines of times written as in WebVTT. The rest of such a line stays: it may be the cue's settings.
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
