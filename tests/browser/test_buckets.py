"""Films of a bucket in a real Chromium and Firefox: sent through the server, and fetched from the store by links."""

import math
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import obstore
import pytest

from tests.browser.waiting import playing
from tests.object_stores import BUCKET
from tests.server_process import ROOT, server_process

FILM = "/videos/Long.mp4"
PAGE = "/?film=Long.mp4"
CHROMIUM_RESTS_S = 12.0  # Chromium keeps the connection of a paused film for 15
IN_HASTE = """
import functools, handlers.video, server
from services.storage.open_store import RemoteTiming
handlers.video.LINK_LASTS_S = 6
server.open_stores = functools.partial(server.open_stores, timing=RemoteTiming(park_after_s=2.0))
server.main()
"""
WATCH_FOR_FAILURES = """
new MutationObserver(([{ target }]) => (window.failed ||= !target.hidden))
    .observe(document.getElementById("failure"), { attributeFilter: ["hidden"] })
"""
HOLDS = """
[...Array(video.buffered.length).keys()].some((n) => video.buffered.start(n) <= {0} && {0} <= video.buffered.end(n))
"""
LAST_HELD = "video.buffered.end(video.buffered.length - 1)"


class Tab(NamedTuple):
    """What the browsers have in common. Expressions are JavaScript; "video" is the page's element."""

    goto: Callable[[str], object]
    evaluate: Callable[[str], object]
    wait_for: Callable[[str], object]
    press: Callable[[str], object]


@pytest.fixture(scope="module")
def film(s3, long_film, tmp_path_factory, ffmpeg):
    """A film in the bucket: 240 s at 8 Mbit/s, since Firefox reads more than a minute ahead."""
    film = tmp_path_factory.mktemp("bucket") / "Long.mp4"
    ffmpeg("-stream_loop", 1, "-i", long_film, "-c", "copy", "-movflags", "+faststart", film)
    obstore.put(s3.bucket(prefix="cinema"), film.name, film)


@pytest.fixture
def start(s3, tmp_path):
    """Starts a server of films in the bucket, which closes idle connections and lets links expire within seconds. It
    must fail nobody."""
    log = tmp_path / "log"
    with ExitStack() as servers, log.open("w") as stderr:

        def started(folder: str, delivery: str) -> str:
            environment = s3.environment | {"ASSETS": f"s3://{BUCKET}/{folder}", "DELIVERY": delivery}
            command = (sys.executable, "-c", IN_HASTE)
            options = {"environment": environment, "stderr": stderr, "cwd": ROOT}
            return servers.enter_context(server_process(command=command, **options)).url

        yield started
    assert " failed\n" not in log.read_text()


@pytest.fixture(params=["Chromium", "Firefox"])
def viewer(request):
    """A tab whose console must stay without errors."""
    if request.param == "Chromium":
        page = request.getfixturevalue("page")
        yield Tab(page.goto, page.evaluate, lambda is_so: page.wait_for_function(f"() => {is_so}"), page.keyboard.press)
    else:
        tab = request.getfixturevalue("tab")
        yield Tab(tab.goto, tab.evaluate, tab.wait_for, tab.press)
        tab.goto("about:blank")
        assert tab.errors == []


@pytest.fixture
def opened(start, film, viewer):
    """Opens the film, plays it, seeks there and back, and pauses it where bytes have just come."""

    def opened(delivery: str) -> str:
        url = start("cinema", delivery)
        viewer.goto(url + PAGE)
        _plays(viewer, past_s=1)
        viewer.evaluate(WATCH_FOR_FAILURES)
        assert not viewer.evaluate(HOLDS.format(100))
        for second in (100, 10, 150):
            _seek(viewer, second)
            _plays(viewer, past_s=second + 0.5)
        viewer.press("k")
        return url

    yield opened
    assert not viewer.evaluate("window.failed")


def test_a_film_goes_on_after_a_pause_in_which_the_connection_to_the_store_was_closed(opened, viewer, s3):
    opened("proxy")
    _wait_until_parked(s3.endpoint)
    held = viewer.evaluate(LAST_HELD)
    assert held < 225
    viewer.evaluate("void (video.playbackRate = 4)")
    viewer.press("k")
    viewer.wait_for(f"{LAST_HELD} > {held} + 10")  # at 8 Mbit/s more than the kernel may have queued in the pause
    _plays(viewer, past_s=held)
    assert not viewer.evaluate(HOLDS.format(85))
    _seek(viewer, 85)
    _plays(viewer, past_s=85.5)


def test_a_film_goes_on_at_the_same_second_after_a_pause_in_which_its_link_expired(opened, viewer, expected_errors):
    expected_errors.append("status of 403")
    _wait_until_expired(_link(opened("redirect")))
    assert not viewer.evaluate(HOLDS.format(85))
    _seek(viewer, 85)
    viewer.press("k")
    _plays(viewer, past_s=85.5, before_s=145)


@pytest.mark.parametrize("delivery", ["proxy", "redirect"])
def test_the_library_shows_posters_of_films_of_a_bucket(start, page, s3, sample, delivery):
    obstore.put(s3.bucket(prefix="small"), "Seek Anywhere.mp4", sample)
    page.goto(start("small", delivery))
    poster = page.locator(".card:has-text('Seek Anywhere') .pictured img")
    poster.wait_for(state="attached")
    assert poster.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 100


def _plays(tab, past_s, before_s=math.inf):
    tab.wait_for(playing(past_s, before_s))


def _seek(tab, second):
    tab.evaluate(f"void (video.currentTime = {second})")


def _wait_until_parked(endpoint):
    """Until a connection to the store from which nobody reads is closed, before Chromium would give it up by itself."""
    before, now = {}, _unread(endpoint)
    while not (resting := {port for port, count in now.items() if count and before.get(port) == count}):
        time.sleep(0.3)
        before, now = now, _unread(endpoint)
    end = time.monotonic() + CHROMIUM_RESTS_S
    while resting & _unread(endpoint).keys():
        assert time.monotonic() < end
        time.sleep(0.1)


def _unread(endpoint):
    """How many bytes are unread in the kernel, by the local port of each connection to the store."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    store, established = f":{urlsplit(endpoint).port:04X}", "01"
    return {
        int(local.partition(":")[2], 16): int(queues.partition(":")[2], 16)
        for _, local, remote, state, queues, *_ in lines
        if remote.endswith(store) and state == established
    }


def _link(url):
    """A new link to the film."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", FILM)
    link = connection.getresponse().headers["Location"]
    connection.close()
    return link


def _wait_until_expired(link):
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(link, headers={"Range": "bytes=0-0"})).close()
        except urllib.error.HTTPError as error:
            assert error.code == 403
            error.close()
            return
        time.sleep(0.1)
