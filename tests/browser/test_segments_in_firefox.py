"""Films that come by segments, in a real Firefox: Matroska, too, which it would read to its end before it starts."""

import json
import math

import pytest

from tests.browser.conftest import WATCH_LEAST_AHEAD, await_details
from tests.browser.waiting import HAS_CONTROLS, eventually, playing
from tests.films import put
from tests.matroska import compressed
from tests.ways import listed, ways_in

REMUXED = {
    "Collection.avi": "libmp3lame",
    "Windows.wmv": "wmav2",
    "Disc.vob": "mp2",
}  # with their sounds, by ffmpeg's names
BY_SEGMENTS = "video.src.startsWith('blob:')"


@pytest.fixture(scope="module")
def matroska(tmp_path_factory, two_sounds, ffmpeg):
    film = tmp_path_factory.mktemp("matroska") / "Film.mkv"
    ffmpeg("-i", two_sounds, "-map", 0, "-c", "copy", film)
    return film


@pytest.fixture(scope="module")
def remuxed(serve, tmp_path_factory, two_sounds, ffmpeg):
    """The URL of a library of films that are put together anew, of 20 s."""
    folder = tmp_path_factory.mktemp("remuxed")
    for name, sound in REMUXED.items():
        options = ("-map", "0:v", "-map", "0:a:0", "-c:v", "copy", "-c:a", sound, "-ar", 48_000)
        options += ("-bsf:v", "h264_mp4toannexb") if name.endswith(".vob") else ()
        ffmpeg("-t", 20, "-i", two_sounds, *options, folder / name)
    ffmpeg("-t", 20, "-i", two_sounds, "-c", "copy", clip := tmp_path_factory.mktemp("clip") / "clip.mp4")
    put(folder, "Compressed.mkv", compressed(clip, None))
    ffmpeg("-itsoffset", 0.6, "-i", clip, "-i", clip, "-map", "0:v", "-map", "1:a:0", "-c", "copy", folder / "Late.mkv")
    return serve(folder)


@pytest.fixture
def opens(tab):
    def open_(url, time=0, film="Film.mkv"):
        await_details(url)
        tab.goto(f"{url}/healthz")  # away from the film before, which is let go
        tab.goto(f"{url}/?film={film}&t={time}")
        _plays(tab, past_s=time)

    return open_


def _plays(tab, past_s, before_s=math.inf):
    tab.wait_for(playing(past_s, before_s))


def test_the_ways_of_films_are_those_of_the_table(tab, serve, matroska):
    tab.goto(serve(matroska.parent))
    ways = ways_in("Firefox")
    films = json.dumps([listed(film) for film in ways])
    found = tab.evaluate(
        f"import('./static/shared/ways.js').then(({{ waysOf }}) => {films}.map((film) => waysOf(film)))"
    )
    assert dict(zip(ways, found, strict=True)) == ways


def test_a_matroska_film_plays_from_any_second_to_its_end(tab, serve, matroska, opens):
    opens(serve(matroska.parent))
    assert tab.evaluate(BY_SEGMENTS)
    assert tab.evaluate("document.getElementById('warnings').hidden")
    for time in (30.0, 29.9, 8.0, 0.0, 57.0):
        tab.evaluate(f"void (video.currentTime = {time})")
        _plays(tab, past_s=time + 0.2, before_s=time + 20)
    tab.wait_for("video.ended")
    eventually(lambda: tab.evaluate("video.duration"), pytest.approx(60, abs=0.1))


@pytest.mark.parametrize("film", [*REMUXED, "Compressed.mkv"])
def test_a_film_that_no_browser_plays_as_a_file_plays_seeks_and_ends(tab, remuxed, opens, film):
    opens(remuxed, film=film)
    tab.evaluate("void (video.currentTime = 13)")
    _plays(tab, past_s=13.2, before_s=19)
    assert tab.evaluate(BY_SEGMENTS)
    tab.evaluate("void (video.currentTime = 19)")
    tab.wait_for("video.ended")


def test_a_film_plays_whose_picture_begins_later_than_its_sound(tab, remuxed, opens):
    opens(remuxed, film="Late.mkv")
    assert tab.evaluate(BY_SEGMENTS)


def test_another_sound_is_chosen_while_the_picture_goes_on(tab, serve, matroska, opens):
    opens(serve(matroska.parent))
    tab.evaluate(
        "void (window.counted = [], ['seeking', 'emptied', 'pause'].forEach((event) =>"
        " video.addEventListener(event, () => counted.push(event))))"
    )
    tab.evaluate(WATCH_LEAST_AHEAD)
    tab.wait_for(HAS_CONTROLS)
    tab.evaluate("void document.querySelector('#settings-button').click()")
    for name in ("Sound", "German"):
        items = "[...document.querySelectorAll('#player-menu button')]"
        item = f"{items}.find((item) => item.textContent.startsWith('{name}'))"
        tab.wait_for(f"{item} !== undefined")
        tab.evaluate(f"void {item}.click()")
    tab.wait_for(
        "performance.getEntriesByType('resource').some(({ name }) => name.includes('/a2-') && name.includes('init=1'))"
    )
    time = tab.evaluate("video.currentTime")
    _plays(tab, past_s=time + 3)
    assert tab.evaluate("[counted, leastAhead > 1]") == [[], True]


def test_a_server_that_was_killed_is_waited_for_and_the_film_goes_on(tab, restartable, matroska, opens):
    opens(restartable(matroska.parent).url)
    restartable.kill()
    tab.evaluate("void (video.currentTime = 50)")
    tab.wait_for("document.getElementById('stage-words').innerText === 'Connection lost. Trying again…'")
    restartable(matroska.parent)
    _plays(tab, past_s=50.5, before_s=60)
