// How captions look: their size and colours, as the viewer chose them on this device. The rules are in player.css.

import { prefer, preferences } from "../shared/preferences.js";

const video = document.getElementById("video");

for (const [id, choice] of [["caption-size", "captionSize"], ["caption-look", "captionLook"]]) {
  const select = document.getElementById(id);
  const apply = () => (video.dataset[choice] = select.value);
  select.value = preferences()[choice] ?? select.value;
  if (select.selectedIndex < 0) select.selectedIndex = 0; // what an older page kept
  apply();
  select.addEventListener("change", () => {
    apply();
    prefer({ [choice]: select.value });
  });
}
