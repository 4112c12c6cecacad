// Films as the server lists them, for tests of the library.

export function movie(path, more = {}) {
  const title = path.replace(/^.*\//, "").replace(/\.mp4$/, "");
  return { path, url: `/videos/${path}`, title, bytes: 1, modified: "2026-06-30T00:00:00Z", state: "known", ...more };
}

export function episode(series, season, number, more = {}) {
  return movie(`${series}/${season}x${number}.mp4`, { title: `Episode ${number}`, series, season, episode: number, ...more });
}

export function paths(movies) {
  return movies.map(({ path }) => path);
}

/** What each card shows: the series, or the path of the film. */
export function cards(entries) {
  return entries.map(({ series, movies }) => series ?? movies[0].path);
}
