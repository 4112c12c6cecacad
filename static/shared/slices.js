// Long work in slices, so that the page answers between them.

const SLICE_MS = 12;

/** @type {{ scheduler?: { yield?: () => Promise<void> } }} */
const has = globalThis;

/** Answers a function to be called within a loop: it waits for a moment when a slice is over. */
export function slices(length_ms = SLICE_MS) {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < length_ms) return;
    await breathe();
    begun = performance.now();
  };
}

/** Lets the browser do what is due: draw, answer a key. */
export function breathe() {
  return has.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}
