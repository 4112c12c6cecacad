// What the viewer chose for all films on this device: volume, speed, language of the sound, captions and their look.

/**
 * Absent: never chosen.
 * @typedef {object} Preferences
 * @property {number} [volume]
 * @property {boolean} [muted]
 * @property {number} [rate]
 * @property {CaptionChoice} [captions]
 * @property {SoundChoice} [sound]
 * @property {string} [captionSize]
 * @property {string} [captionLook]
 */

/** @typedef {{ language?: string, off?: boolean }} CaptionChoice */

/** @typedef {{ language?: string, label?: string }} SoundChoice */

const KEY = `player ${location.pathname}`;

/** @returns {Preferences} */
export function preferences() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? {};
  } catch {
    return {}; // storage may be switched off
  }
}

/** @param {Preferences} choice */
export function prefer(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...choice }));
  } catch {
    // Full or switched off: the choice holds until the page is left.
  }
}

/**
 * Gives the <video> the kept volume and speed, and keeps what the viewer changes.
 * @param {HTMLVideoElement} video
 */
export function followSoundAndSpeed(video) {
  const { volume = 1, muted = false, rate = 1 } = preferences();
  Object.assign(video, { volume, muted, defaultPlaybackRate: rate, playbackRate: rate });
  video.addEventListener("volumechange", () => prefer({ volume: video.volume, muted: video.muted }));
  video.addEventListener("ratechange", () => {
    if (video.playbackRate === video.defaultPlaybackRate) return; // also fired when a film is opened
    video.defaultPlaybackRate = video.playbackRate; // what the next film is opened with
    prefer({ rate: video.playbackRate });
  });
}
