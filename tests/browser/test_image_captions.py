"""Captions that are pictures: where and when they show over the film's picture."""

import io

import pytest
from PIL import Image

from tests.browser.conftest import await_details
from tests.browser.waiting import eventually
from tests.films import put
from tests.pgs import clears, shows, sup

BLACK, RED, GREEN = "black", "red", "green"
# In canvases of 1920 × 1080: a red box, then a green one across second 60.
TRACK = sup((0, clears()), (2, shows(100, 100, 1)), (6, clears()), (58, shows(1500, 100, 2)), (63, clears()))


@pytest.fixture(scope="module")
def cinema(serve, ffmpeg, tmp_path_factory) -> str:
    """A black film of 66 s with a track of pictures in English; and one that is cut to 2.4:1."""
    folder = tmp_path_factory.mktemp("pictures")
    track = put(tmp_path_factory.mktemp("track"), "track.sup", TRACK)
    for name, size in (("Film", "640x360"), ("Wide", "640x268")):
        source = ("-f", "lavfi", "-i", f"color=black:size={size}:rate=24:duration=66")
        coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", 48, "-c:s", "copy")
        named = ("-map", 0, "-map", 1, "-metadata:s:s:0", "language=eng")
        ffmpeg(*source, "-i", track, *named, *coded, folder / f"{name}.mkv")
    url = serve(folder)
    await_details(url)
    return url


@pytest.fixture
def opens(page, cinema):
    """Opens the film at a second, paused, with the captions on."""

    def opened(name, second):
        page.goto(f"{cinema}/?film={name}.mkv&t={second}")
        page.wait_for_function("() => video.readyState > 2 && [...video.textTracks].some((t) => t.label === 'English')")
        page.evaluate("() => video.pause()")
        page.keyboard.press("c")

    return opened


def _colour_at(page, x, y):
    """The name of the colour at a place of the film's picture; ``x`` and ``y`` are parts of its sides."""
    box = page.locator("#video").bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    red, green, _ = picture.getpixel((round(x * picture.width), round(y * picture.height)))
    return {(True, False): RED, (False, True): GREEN, (False, False): BLACK}.get((red > 200, green > 200))


def _goes_to(page, second):
    page.evaluate("(second) => { video.currentTime = second; }", second)
    page.wait_for_function("() => !video.seeking && video.readyState > 1")


def test_pictures_show_at_their_place_and_time(page, opens):
    opens("Film", 1.5)
    red, green = (120 / 1920, 110 / 1080), (1520 / 1920, 110 / 1080)
    assert _colour_at(page, *red) == BLACK
    _goes_to(page, 2.01)
    eventually(lambda: _colour_at(page, *red), RED)
    assert _colour_at(page, 150 / 1920, 110 / 1080) == BLACK  # right of it
    for second, place, colour in ((6.01, red, BLACK), (59, green, GREEN), (61, green, GREEN), (63.5, green, BLACK)):
        _goes_to(page, second)
        eventually(lambda place=place: _colour_at(page, *place), colour)
    _goes_to(page, 6.2)
    for key, colour in (("h", BLACK), ("h", BLACK), ("h", RED), ("c", BLACK)):  # later by 0.1 s; off
        page.keyboard.press(key)
        eventually(lambda: _colour_at(page, *red), colour)


def test_pictures_for_a_film_that_was_cut_stay_within_its_picture(page, opens):
    """The canvas is that of the disc, 16:9, so some of its places are in the bars that were cut off."""
    opens("Wide", 3)
    top = (1 - 804 / 1080) / 2  # where its picture begins
    for width in (1280, 700):
        page.set_viewport_size({"width": width, "height": 800})
        eventually(lambda: _colour_at(page, 120 / 1920, top + 10 / 1080), RED)
        assert _colour_at(page, 120 / 1920, top - 10 / 1080) == BLACK
        assert _colour_at(page, 120 / 1920, top + 40 / 1080) == BLACK
