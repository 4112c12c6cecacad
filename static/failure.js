// Why a film does not play, in words. A failure is {heading, words, retry, download}: what to say, what to offer.

export const NOT_HERE = {
  heading: "This film is not here",
  words: "The library has no film at this address. It may have been moved or renamed, or the link may be incomplete.",
};

export const UNREACHABLE = {
  heading: "The server does not answer",
  words: "The network may be down, or the server may be starting. The film goes on from here once it answers.",
  retry: true,
};

const GONE = {
  heading: "This film is gone",
  words: "It was in the library, but its file has since been moved, renamed or deleted.",
};

const INTERRUPTED = {
  heading: "The connection broke",
  words: "The server is there again: the film can go on from where it was.",
  retry: true,
};

const UNDECODABLE = {
  heading: "This film cannot go on here",
  words: "Its file is damaged at this place, or this browser cannot decode it. Players such as VLC or mpv may do better: give them the direct link, or download the film.",
  retry: true,
  download: true,
};

const UNSUPPORTED = {
  heading: "This browser cannot play this film",
  words: "Its format is not supported here, or its file is damaged. Players such as VLC or mpv know nearly every format: give them the direct link, or download the film.",
  download: true,
};

/** What a MediaError means. The element hides HTTP's answer, so the server is asked once more. */
export async function explain(error, url) {
  const status = await statusOf(url);
  if (status === null) return UNREACHABLE;
  if (status === 404 || status === 410) return GONE;
  if (status >= 400) return refused(status);
  if (error.code === MediaError.MEDIA_ERR_NETWORK) return INTERRUPTED;
  return error.code === MediaError.MEDIA_ERR_DECODE ? UNDECODABLE : UNSUPPORTED;
}

async function statusOf(url) {
  try {
    return (await fetch(url, { method: "HEAD", cache: "no-store" })).status;
  } catch {
    return null;
  }
}

function refused(status) {
  return {
    heading: "The server cannot send this film now",
    words: `It answered with status ${status}. Another try in a moment may help.`,
    retry: true,
  };
}
