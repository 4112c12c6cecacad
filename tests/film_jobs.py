"""The worker's jobs over films on disk, done in this process."""

from services.media.worker import picture_jobs as pictures
from services.media.worker import probe as probing
from services.media.worker import text_tracks as subtitle_tracks


def probe(path):
    with open(path, "rb") as film:
        return probing.probe(film)


def poster(path, target):
    with open(path, "rb") as film:
        pictures.poster(film, target)


def sheet(path, target, layout):
    with open(path, "rb") as film:
        pictures.sheet(film, target, layout)


def extract_subtitles(path, streams, destination):
    with open(path, "rb") as film:
        subtitle_tracks.extract_subtitles(film, streams, destination)
