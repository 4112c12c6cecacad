// A file of subtitles from the viewer's own disk, as WebVTT: SubRip, WebVTT, and the words of (Advanced) SubStation Alpha.

const LARGEST_BYTES = 5_000_000;
const SUBRIP_TIMES = /^(\d+:\d+:\d+)[,.](\d+)[ \t]*-->[ \t]*(\d+:\d+:\d+)[,.](\d+)/gm;
const ASS_TIME = /^(\d+):(\d\d):(\d\d)\.(\d\d)$/;

/** The file's content as WebVTT. Throws an Error with words for the viewer. */
export async function readSubtitles(file) {
  if (file.size > LARGEST_BYTES) throw new Error(`${file.name} is too large for a file of subtitles.`);
  const text = decode(await file.arrayBuffer()).replace(/\r\n?/g, "\n");
  const webVtt = /^\s*WEBVTT/.test(text) ? text : /^\[Script Info\]/m.test(text) ? fromSubStation(text) : fromSubRip(text);
  if (!webVtt.includes("-->")) throw new Error(`${file.name} has no subtitles that can be read here.`);
  return webVtt;
}

/** Text is UTF-8, or UTF-16 with its mark; else it is from the time before: the most common code page of that. */
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

function fromSubRip(text) {
  const words = text.replace(/\{\\[^}]*\}/g, "").replace(/<\/?font[^>]*>/gi, "");
  return `WEBVTT\n\n${words.replace(SUBRIP_TIMES, "$1.$2 --> $3.$4")}`;
}

function fromSubStation(text) {
  const columns = /^\[Events\][^[]*?^Format:(.*)$/m.exec(text)?.[1].split(",").map((name) => name.trim()) ?? [];
  const column = (name) => columns.indexOf(name);
  const cues = [...text.matchAll(/^Dialogue:(.*)$/gm)].map(([, line]) => {
    const fields = line.trim().split(",");
    const words = fields.slice(columns.length - 1).join(","); // the last column may have commas
    return [fields[column("Start")], fields[column("End")], plainWords(words)];
  });
  const timed = cues.filter(([start, end]) => ASS_TIME.test(start) && ASS_TIME.test(end));
  return ["WEBVTT", ...timed.map(([start, end, words]) => `${webVttTime(start)} --> ${webVttTime(end)}\n${words}`)].join("\n\n");
}

function plainWords(words) {
  return words
    .replace(/\{[^}]*\}/g, "")
    .replace(/\\N/gi, "\n")
    .replace(/\\h/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/\n{2,}/g, "\n");
}

function webVttTime(time) {
  const [, hours, minutes, seconds, hundredths] = ASS_TIME.exec(time);
  return `${hours.padStart(2, "0")}:${minutes}:${seconds}.${hundredths}0`;
}
