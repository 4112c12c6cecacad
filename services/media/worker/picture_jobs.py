"""The worker's jobs for pictures: a film's poster, and the sheet of its storyboard."""

import math
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image, ImageFilter, ImageStat

from services.errors import FilmUnreadable
from services.media.storyboard import Storyboard
from services.media.worker.demuxer import opened
from services.media.worker.frames import as_image, first_frame, frame_at, spare
from services.media.worker.video_tracks import video_tracks

POSTER_SIZE = 640, 960
# Where the poster is looked for, as shares of the film: past the titles, before the story is given away.
_POSTER_PLACES = (0.2, 0.12, 0.3, 0.08, 0.25, 0.16, 0.35, 0.05)
_GOOD_APPEAL = 16.0  # the search ends at the first picture as good as this
_POSTER_QUALITY, _SHEET_QUALITY = 80, 65


def poster(film: BinaryIO, target: str) -> None:
    """Writes the film's poster to the file ``target``, a JPEG: the film's own cover, or else a good picture of it.

    Raises FilmUnreadable if no picture can be decoded, and as ``opened`` does.
    """
    with opened(film) as (container, _):
        tracks = video_tracks(container)
        image = _cover(container, spare(tracks.cover)) or _still(container, spare(tracks.film))
        if image is None:
            raise FilmUnreadable("no picture can be decoded")
    image.save(target, "JPEG", quality=_POSTER_QUALITY)


def sheet(film: BinaryIO, target: str, storyboard: dict[str, float]) -> None:
    """Writes the sheet of a storyboard to the file ``target``, a JPEG. ``storyboard`` has the fields of a Storyboard.

    Pictures that cannot be decoded stay black. Raises FilmUnreadable if none can be, and as ``opened`` does.
    """
    layout = Storyboard(**storyboard)  # type: ignore[arg-type]
    with opened(film) as (container, _):
        board = _board(container, layout)
    if board is None:
        raise FilmUnreadable("no picture can be decoded")
    board.save(target, "JPEG", quality=_SHEET_QUALITY)


def appeal(image: Image.Image) -> float:
    """How much a picture shows; more is better. Many shades count, unlike black and titles on black; so do edges,
    unlike blur."""
    grey = image.convert("L").resize((160, 90))
    edges = ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).mean[0]
    return float(grey.entropy() * math.sqrt(edges))


def _cover(container: InputContainer, stream: VideoStream | None) -> Image.Image | None:
    try:
        frame = first_frame(container, stream) if stream else None
    except av.FFmpegError:  # the cover is damaged; the film may be sound
        return None
    return as_image(frame, stream, *POSTER_SIZE) if frame and stream else None


def _board(container: InputContainer, layout: Storyboard) -> Image.Image | None:
    stream = spare(video_tracks(container).film)
    board = None
    for index in range(layout.count if stream else 0):
        if stream and (frame := frame_at(container, stream, layout.start_s + (index + 0.5) * layout.interval_s)):
            board = board or Image.new("RGB", (layout.columns * layout.width, layout.rows * layout.height))
            picture = as_image(frame, stream, layout.width, layout.height)
            x, y = layout.position(index)  # a picture of a rotated film is centred in its place
            board.paste(picture, (x + (layout.width - picture.width) // 2, y + (layout.height - picture.height) // 2))
    return board


def _still(container: InputContainer, stream: VideoStream | None) -> Image.Image | None:
    """The first good picture at _POSTER_PLACES, or else the best of them."""
    if stream is None:
        return None
    duration_s = (container.duration or 0) / av.time_base
    best, best_appeal = None, -1.0
    for place in _POSTER_PLACES:
        if best_appeal < _GOOD_APPEAL and (frame := frame_at(container, stream, place * duration_s)):
            image = as_image(frame, stream, *POSTER_SIZE)
            if (image_appeal := appeal(image)) > best_appeal:
                best, best_appeal = image, image_appeal
    return best
