// What the viewer chose for all films on this device: volume, speed, captions and their look.

const KEY = `player ${location.pathname}`;

/** {volume, muted, rate, captions, captionSize, captionLook}; what was never chosen is absent. */
export function preferences() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage may be switched off
  }
}

export function prefer(choice) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...choice }));
  } catch {
    // Full or switched off: the choice holds until the page is left.
  }
}

/** Gives the <video> the volume and the speed of the last time, and notes what becomes of them. */
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
