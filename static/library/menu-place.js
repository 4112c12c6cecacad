// Where a menu goes that a button opens.

/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
/** @typedef {{ width: number, height: number }} Size */

const GAP = 4; // pixels between the menu, its button and the edges of the screen

/**
 * The left upper corner of the menu: below the button and to its left, or where there is more room, but wholly on the screen.
 * @param {Box} button
 * @param {Size} menu
 * @param {Size} screen
 */
export function placeBeside(button, menu, screen) {
  const below = button.bottom + GAP;
  const above = button.top - GAP - menu.height;
  const fitsBelow = below + menu.height + GAP <= screen.height;
  const fitsLeft = button.right - menu.width >= GAP;
  return {
    x: within(fitsLeft ? button.right - menu.width : button.left, menu.width, screen.width),
    y: within(fitsBelow || above < GAP ? below : above, menu.height, screen.height),
  };
}

/**
 * @param {number} start
 * @param {number} length
 * @param {number} room
 */
function within(start, length, room) {
  return Math.max(GAP, Math.min(start, room - length - GAP));
}
