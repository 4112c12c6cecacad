// Copying text to the clipboard, also if the page came over plain HTTP.

/**
 * Copies the text, and answers whether that worked.
 * @param {string} text
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text); // outside of secure contexts (http:// in a home network) there is no navigator.clipboard
  }
}

/** @param {string} text */
function copyByCommand(text) {
  let copied = false;
  /** @param {ClipboardEvent} event */
  const fill = (event) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    copied = true;
  };
  document.addEventListener("copy", fill);
  document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return copied;
}
