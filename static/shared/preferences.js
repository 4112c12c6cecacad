// What the viewer chose on this device: volume, speed, the look of captions, and which sound and captions, also by series.

/**
 * Absent: never chosen.
 * @typedef {object} Preferences
 * @property {number} [volume]
 * @property {boolean} [muted]
 * @property {number} [rate]
 * @property {CaptionChoice} [captions]
 * @property {SoundChoice} [sound]
 * @property {[string, { captions?: CaptionChoice, sound?: SoundChoice }][]} [series]
 * @property {string} [captionSize]
 * @property {string} [captionLook]
 * @property {string} [captionStyle]
 */

/** @typedef {{ language?: string, label?: string, hearing_impaired?: boolean, forced?: boolean, off?: boolean }} CaptionChoice */

/**
 * `surround`: with more channels than two, where that is to choose.
 * @typedef {{ language?: string, label?: string, surround?: boolean }} SoundChoice
 */

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
