// The texts that say why a film does not play, shown in the player. What the library says of such films is in
// ../shared/words.js.

/** @import { Movie } from "../shared/movies.js" */
/** @import { Trouble } from "../shared/reconnect.js" */

import { lacksPicture } from "../shared/playability.js";
import { seesConverted } from "../shared/ways.js";

/**
 * What to say, whether to offer another try (`retry`), and whether to offer other players (`elsewhere`).
 * @typedef {{ heading: string, words: string, retry?: boolean, elsewhere?: boolean }} Failure
 */

export const NOT_HERE = {
  heading: "This film is not here",
  words: "The library has no film at this address. It may have been moved or renamed, or the link may be incomplete.",
};

export const UNREACHABLE = {
  heading: "The server does not answer",
  words: "The network may be down, or the server may be starting. The film starts once it answers.",
  retry: true,
};

const GONE = {
  heading: "This film is gone",
  words: "It was in the library, but its file has since been moved, renamed or deleted.",
};

const ARCHIVED = {
  heading: "This film is in the archive",
  words: "Its owner has to restore it first. That can take hours.",
  retry: true,
};

const UNAVAILABLE = {
  heading: "This film cannot be read now",
  words: "Its disk or its cloud storage cannot be read. The film starts once that works again.",
  retry: true,
};

const UNDECODABLE = {
  heading: "This film cannot go on here",
  words: "Its file is damaged at this place, or this browser cannot decode it. Players such as VLC or mpv may do better.",
  retry: true,
  elsewhere: true,
};

const UNSUPPORTED = {
  heading: "This browser cannot play this film",
  words: "Its format is not supported here, or its file is damaged. Players such as VLC or mpv know nearly every format.",
  elsewhere: true,
};

const BUSY = {
  heading: "The server cannot send this film now",
  words: "It is busy with other viewers. The film starts once there is room.",
  retry: true,
};

const WAKING = {
  heading: "The server is waking up",
  words: "It sleeps while nobody watches, and takes up to a minute to start. The film starts by itself.",
  retry: true,
};

const OFFLINE = {
  heading: "You are offline",
  words: "The film starts once the network is back.",
  retry: true,
};

const SPENT = {
  heading: "The server has sent what it may for now",
  words: "Its owner has set a limit for a day or a month, and this one's is used up. Films that were begun before play on.",
  retry: true,
};

const CONVERTING = {
  heading: "The picture of this film is not there yet",
  words: "This browser lacks its format, so the server converts it: that of one film at a time. It starts once nobody watches another.",
  retry: true,
  elsewhere: true,
};

const NOT_CONVERTED = {
  heading: "The server cannot convert this film now",
  words: "This browser lacks the format of its picture, and the server is too slow to convert it. Players such as VLC or mpv show it.",
  retry: true,
  elsewhere: true,
};

/** @type {Record<Trouble, Failure>} */
const TROUBLES = { busy: BUSY, lost: UNREACHABLE, offline: OFFLINE, waking: WAKING };

/**
 * What to say of a film that cannot start yet.
 * @param {Trouble} trouble
 * @param {Movie} movie
 */
export function explainTrouble(trouble, movie) {
  if (trouble === "busy" && seesConverted(movie)) return CONVERTING;
  return trouble === "busy" && movie.state === "unavailable" ? UNAVAILABLE : TROUBLES[trouble];
}

/** What to say, in short, over the picture of a film that has already played. */
export const TROUBLE_NOTES = {
  busy: "The server is busy. Trying again…",
  lost: "Connection lost. Trying again…",
  offline: "You are offline. The film goes on once the network is back.",
  recording: "This is being recorded. It goes on once there is more…",
  waking: "The server is waking up…",
};

/**
 * What to say of a film that cannot go on. `status` is the server's answer for the film, `error` the <video>'s.
 * @param {number} status
 * @param {MediaError | null} error
 * @param {Movie} movie
 * @returns {Failure}
 */
export function explain(status, error, movie) {
  if (status === 404 || status === 410) return GONE;
  if (status === 409 || movie.state === "archived") return ARCHIVED; // HEAD may be answered for what is in the archive
  if (status === 503) return seesConverted(movie) ? NOT_CONVERTED : SPENT;
  if (status >= 400) return refused(status);
  if (movie.video && lacksPicture(movie)) return unseen(movie.video.name);
  return error?.code === MediaError.MEDIA_ERR_DECODE ? UNDECODABLE : UNSUPPORTED;
}

/**
 * Of a film without a picture here, some browsers play the sound, and some stop, with one of several errors.
 * @param {string} name
 * @returns {Failure}
 */
function unseen(name) {
  return {
    heading: "This browser cannot show this film",
    words: `It shows no ${name} pictures of such a file, and plays no sound of this film either. Players such as VLC or mpv know nearly every format.`,
    elsewhere: true,
  };
}

/** @param {number} status */
function refused(status) {
  return {
    heading: "The server cannot send this film",
    words: `It answered with status ${status}. Another try in a moment may help.`,
    retry: true,
  };
}
