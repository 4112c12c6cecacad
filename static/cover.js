// The look of a film that has no poster: a small landscape whose colours follow from the title.

const LONG_TITLE = 26; // characters; longer ones are set smaller

/** A cover with the title on it. The drawing is in style.css; only its numbers are set here. */
export function drawCover(title) {
  const cover = document.createElement("span");
  const long = title.length > LONG_TITLE;
  cover.className = long ? "cover long" : "cover";
  const words = document.createElement("span");
  words.className = "cover-title";
  words.textContent = title;
  cover.append(words);
  const seed = hash(title);
  cover.style.setProperty("--hue", hueOf(title));
  cover.style.setProperty("--sun-x", `${20 + ((seed >>> 9) % 60)}%`);
  cover.style.setProperty("--sun-y", `${(long ? 70 : 58) + ((seed >>> 16) % 14)}%`); // below the words
  cover.style.setProperty("--hill-x", `${10 + ((seed >>> 21) % 80)}%`);
  return cover;
}

/** A hue in degrees, from teal over blue and violet to orange: dark yellows and greens look muddy. */
export function hueOf(title) {
  return 175 + (hash(title) % 235);
}

/** FNV-1a: spreads even titles that differ by one letter. */
function hash(text) {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return (sum ^ (sum >>> 15)) >>> 0;
}
