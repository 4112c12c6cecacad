// How captions look: their size and colours, as the viewer chose them on this device. The rules are in player.css.

import { element } from "../shared/element.js";
import { prefer, preferences } from "../shared/preferences.js";

const video = element("video", HTMLVideoElement);

keep("caption-size", "captionSize");
keep("caption-look", "captionLook");

/**
 * Applies what the viewer chooses in the <select> of this id, and keeps it for the next visit.
 * @param {string} id
 * @param {"captionSize" | "captionLook"} choice
 */
function keep(id, choice) {
  const select = element(id, HTMLSelectElement);
  const apply = () => (video.dataset[choice] = select.value);
  select.value = preferences()[choice] ?? select.value;
  if (select.selectedIndex < 0) select.selectedIndex = 0; // an older page may have kept another value
  apply();
  select.addEventListener("change", () => {
    apply();
    prefer({ [choice]: select.value });
  });
}
