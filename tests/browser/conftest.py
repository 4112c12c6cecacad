"""A real Chromium before the real server. Any console error, CSP violation or request elsewhere fails the test."""

import json
import math
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.firefox import Firefox, firefox
from tests.browser.waiting import WAIT_MS, WITNESS, playing
from tests.films import put
from tests.needs import need, need_of_npm
from tests.packages import find
from tests.ports import free_port
from tests.real_films import FOOTAGE
from tests.server_process import ROOT, server_process

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# From now on `leastAhead` is the least of the film, in seconds, that was ever there ahead of the viewer.
WATCH_LEAST_AHEAD = """(() => {
    window.leastAhead = Infinity;
    video.addEventListener('timeupdate', () => {
        const { buffered, currentTime: time } = video;
        const ends = [...Array(buffered.length).keys()].filter((number) => buffered.start(number) <= time)
            .map((number) => buffered.end(number) - time);
        leastAhead = Math.min(leastAhead, Math.max(0, ...ends));
    });
})()"""
SEGMENT_S = 2  # of the film with two sounds


@pytest.fixture(scope="session", autouse=True)
def player() -> None:
    """Needs the player, which npm installs. Without it the page has the browser's own."""
    need_of_npm("static/vendor/media-chrome/media-chrome.js")


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable]:
    """Starts Chromium: its headless shell, or, ``whole``, the browser with its own user interface, whose contexts take
    four times as long. For a module only: Playwright leaves its event loop running, which other tests cannot have."""
    need("libatomic")  # for Playwright's Node

    def launched(*more: str, whole: bool = False):
        program = need("chromium") if whole else find("chromium-headless-shell") or need("chromium")
        return playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *more])

    with sync_playwright() as playwright:
        yield launched


@pytest.fixture(scope="module")
def browser(launch):
    browser = launch("--autoplay-policy=no-user-gesture-required")
    yield browser
    browser.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Patterns of the console errors that the test means to cause."""
    return []


@pytest.fixture
def open_page(expected_errors: list[str]) -> Iterator[Callable]:
    """Opens pages. The test fails if one of them complains."""
    complaints: list[str] = []
    contexts = []

    def opened(browser, **options: object):
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(WITNESS)
        context.on("weberror", lambda error: complaints.append(f"exception: {error.error}"))
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("request", lambda request: complaints.extend(_elsewhere(request)))
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(re.search(pattern, text) for pattern in expected_errors)] == []


def _elsewhere(request) -> list[str]:
    return [] if re.match(r"(http://127\.0\.0\.1:|blob:)", request.url) else [f"request to {request.url}"]


@pytest.fixture(scope="session")
def window(tmp_path_factory) -> Iterator[Firefox]:
    """A window of Firefox, which takes seconds to start."""
    with firefox(tmp_path_factory.mktemp("profile")) as window:
        yield window


@pytest.fixture(scope="module")
def tab(window) -> Iterator[Firefox]:
    """A tab of Firefox, in a profile of its own."""
    tab = window.in_another_profile()
    yield tab
    tab.leave_profile()


@pytest.fixture
def page(browser, open_page):
    return open_page(browser, viewport={"width": 1280, "height": 800})


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server for a folder of films, with more options if need be, and answers its URL."""
    with ExitStack() as servers:

        def started(folder: Path, *options: str) -> str:
            process = server_process("--assets", str(folder), *options, stderr=subprocess.DEVNULL)
            return servers.enter_context(process).url

        yield started


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "assets" / "Seek Anywhere.mp4"


@pytest.fixture(scope="module")
def cinema(serve, sample, tmp_path_factory) -> str:
    """The URL of a library that no test changes."""
    folder = tmp_path_factory.mktemp("cinema")
    shutil.copy(sample, folder)
    (folder / "Open Studios").mkdir()
    shutil.copy(FOOTAGE / "bigbuckbunny.mp4", folder / "Open Studios" / "Big Buck Bunny.mp4")
    put(folder, "Open Studios/Amélie à la plage.mp4")
    put(folder, "Solaris (1972)/Solaris.mp4")
    cast = "<actor><name>Natalya Bondarchuk</name><role>Hari</role></actor>"
    put(folder, "Solaris (1972)/movie.nfo", f"<movie><plot>An ocean thinks.</plot>{cast}</movie>".encode())
    for number in (1, 2, 10):
        put(folder, f"Lectures/Physics/Lecture {number}.mp4")
    put(folder, "Damaged.mp4", bytes(range(256)) * 400)
    return serve(folder)


@pytest.fixture(scope="session")
def furnished(sample, tmp_path_factory, ffmpeg) -> Iterator[str]:
    """The URL of a library whose films have all that a film can have, once the server has looked into them."""
    folder = tmp_path_factory.mktemp("furnished")
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={end}\ntitle={title}\n"
        for start, end, title in ((0, 10, "Opening"), (10, 25, "Dawn"), (25, 40, "Night"))
    )
    metadata = put(tmp_path_factory.mktemp("chapters"), "chapters.txt", f";FFMETADATA1\n{chapters}".encode())
    film = folder / "Foreign.mp4"
    ffmpeg("-i", sample, "-i", metadata, "-map_metadata", 1, "-c", "copy", "-metadata:s:a:0", "language=fra", film)
    for language, words in (("de", "Worte auf Deutsch"), ("en", "Words in English"), ("fr", "Mots en français")):
        put(folder, f"Foreign.{language}.srt", f"1\n00:00:01,000 --> 00:00:39,000\n{words}\n".encode())
    for episode in ("Season 1/Show S01E01", "Season 1/Show S01E02", "Season 2/Show S02E01"):
        put(folder, f"Show/{episode}.mp4", sample.read_bytes())
    for film in ("Alone.mp4", "Beside.mp4", "Course/Part 1.mp4", "Course/Part 2.mp4"):
        put(folder, film, sample.read_bytes())
    for name in ("Lossless.mp4", "Lossless.mkv"):
        ffmpeg("-t", 5, "-i", sample, "-c:v", "copy", "-c:a", "alac", folder / name)
    ffmpeg("-t", 2, "-i", sample, "-c:v", "copy", "-c:a", "pcm_s16le", folder / "Pcm.mkv")
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
    ffmpeg("-t", 2, "-i", sample, *hevc, "-c:a", "copy", folder / "Hevc.mp4")
    ffmpeg("-t", 1, "-i", sample, "-c:v", "mpeg4", "-c:a", "libmp3lame", folder / "Old.avi")
    # Sound is not converted, so some of it does not play.
    with server_process("--assets", str(folder), "--convert", "no", stderr=subprocess.DEVNULL) as server:
        await_details(server.url)
        yield server.url


def await_details(url: str, password: str = "") -> None:
    """Returns once the server has looked into all of its films."""
    while any(movie["state"] == "pending" for movie in _movies(url, password)):
        time.sleep(0.1)


def _movies(url: str, password: str) -> list[dict]:
    fields = {"Authorization": f"Bearer {password}"} if password else {}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/movies", headers=fields)) as answer:
        return json.load(answer)["movies"]


@pytest.fixture(scope="session")
def ffmpeg() -> Callable[..., None]:
    program = need("ffmpeg")

    def run(*arguments: object) -> None:
        subprocess.run([program, "-v", "error", "-y", *map(str, arguments)], check=True)

    return run


@pytest.fixture(scope="session")
def long_film(tmp_path_factory, ffmpeg) -> Path:
    """A film that is too large for a browser to hold: 120 s at 8 Mbit/s."""
    clip, film = (tmp_path_factory.mktemp("long") / name for name in ("clip.mp4", "Long.mp4"))
    noise = "testsrc2=size=640x360:rate=25,noise=alls=40:allf=t"
    source = ("-f", "lavfi", "-i", noise, "-f", "lavfi", "-i", "sine=440", "-t", 6)
    rate = ("-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M")
    ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", *rate, "-g", 25, "-pix_fmt", "yuv420p", clip)
    ffmpeg("-stream_loop", 19, "-i", clip, "-c", "copy", "-movflags", "+faststart", film)
    return film


@pytest.fixture(scope="session")
def two_sounds(tmp_path_factory, ffmpeg) -> Path:
    """60 s with a key frame every 2 s. The first sound, in English, is of 440 Hz; the second, in German, of 880."""
    return make_two_sounds(tmp_path_factory.mktemp("sounds") / "Two sounds.mp4", ffmpeg)


def make_two_sounds(film: Path, ffmpeg: Callable[..., None], picture: str = "testsrc2=size=320x180:rate=24") -> Path:
    tones = (option for tone in (440, 880) for option in ("-f", "lavfi", "-i", f"sine={tone}:sample_rate=48000"))
    sources = ("-f", "lavfi", "-i", picture, *tones, "-map", 0, "-map", 1, "-map", 2)
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", 24 * SEGMENT_S, "-c:a", "aac")
    ffmpeg(*sources, *languages, *coded, "-t", 60, film)
    return film


@pytest.fixture
def restartable() -> Iterator[Callable]:
    """Starts a server, each time at the same address. `kill`, and each further start, end it by SIGKILL."""
    port = free_port()
    with ExitStack() as servers:

        def start(folder: Path, *arguments: str, **more: object):
            servers.close()
            options = ("--assets", str(folder), "--port", str(port), *arguments)
            return servers.enter_context(server_process(*options, stderr=subprocess.DEVNULL, **more))

        start.kill = servers.close
        yield start


@pytest.fixture
def plays() -> Callable:
    """Waits until the page's film is past the one second and before the other, with pictures decoded."""
    return lambda page, past_s=0.3, before_s=math.inf: page.wait_for_function(f"() => {playing(past_s, before_s)}")
