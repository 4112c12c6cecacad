"""Captions with their styles, which libass draws over the film's picture; and what shows where it cannot."""

import io
import shutil

import pytest
from PIL import Image

from tests.browser.conftest import await_details
from tests.browser.waiting import eventually, has_controls, was_said
from tests.films import put
from tests.needs import need_of_npm

HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, BorderStyle, Outline, Shadow, Alignment
Style: Sign,DejaVu Sans Mono,40,&H000000FF,&H0,&H0,1,0,0,7

[Events]
Format: Layer, Start, End, Style, Text
"""
WORDS = "Dialogue: 0,0:00:02.00,0:00:06.00,Sign,{\\pos(64,36)}iiiiiiiiiiiiiiiii\n"
JAPANESE = "Dialogue: 0,0:00:02.00,0:00:06.00,Sign,{\\pos(64,36)}日本\n"
SHOWN = "[...video.textTracks].find((track) => track.mode === 'showing')?.activeCues?.[0]?.text ?? ''"


@pytest.fixture(scope="session", autouse=True)
def renderer():
    need_of_npm("static/vendor/jassub/worker.js")


@pytest.fixture(scope="module")
def cinema(serve, ffmpeg, tmp_path_factory) -> str:
    """Black films with red words from second 2 to 6: beside the film, and in it with their font; and in Japanese."""
    folder, parts = tmp_path_factory.mktemp("styled"), tmp_path_factory.mktemp("parts")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", 24)
    ffmpeg("-f", "lavfi", "-i", "color=black:size=640x360:rate=24:duration=8", *coded, folder / "Beside.mp4")
    put(folder, "Beside.en.ass", (HEAD + WORDS).encode())
    shutil.copy(folder / "Beside.mp4", folder / "Japanese.mp4")
    put(folder, "Japanese.en.ass", (HEAD + JAPANESE).encode())
    words = put(parts, "words.ass", (HEAD + WORDS).encode())
    font = ("-attach", "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
    named = ("-metadata:s:s:0", "language=eng", "-metadata:s:t", "mimetype=font/ttf")
    film = folder / "Within.mkv"
    ffmpeg("-i", folder / "Beside.mp4", "-i", words, "-map", 0, "-map", 1, "-c", "copy", *font, *named, film)
    url = serve(folder)
    await_details(url)
    return url


@pytest.fixture
def opens(page, cinema):
    """Opens the film, paused at second 3, with the captions on."""

    def opened(name):
        page.goto(f"{cinema}/?film={name}&t=3")
        page.wait_for_function("() => video.readyState > 2 && [...video.textTracks].some((t) => t.label === 'English')")
        page.evaluate("() => video.pause()")
        page.keyboard.press("c")

    return opened


def _red_columns(page):
    """The first and the last column of the picture with red in it, in parts of its width, in hundredths."""
    box = page.locator("#video").bounding_box()
    picture = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("RGB")
    red, green, _ = picture.split()
    bright = red.point(lambda value: 255 * (value > 128))
    bright.paste(0, mask=green.point(lambda value: 255 * (value > 64)))
    found = bright.getbbox()
    return found and (round(100 * found[0] / picture.width), round(100 * found[2] / picture.width))


def test_captions_are_drawn_as_they_were_made_or_as_plain_text(page, opens):
    opens("Beside.mp4")
    eventually(lambda: _red_columns(page), (10, 31))  # in the font that is always there
    assert page.evaluate(SHOWN) == ""
    page.evaluate("() => { video.currentTime = 7; }")
    eventually(lambda: _red_columns(page), None)
    page.evaluate("() => { video.currentTime = 3; }")
    has_controls(page)
    for style, words, columns in (("Plain text", "i" * 17, None), ("As they were made", "", (10, 31))):
        page.get_by_role("button", name="Settings").click()
        page.get_by_role("menuitem", name="Caption style").click()
        page.get_by_role("menuitemradio", name=style).click()
        page.keyboard.press("Escape")
        page.wait_for_function(f"(words) => ({SHOWN}) === words", arg=words)
        eventually(lambda: _red_columns(page), columns)


def test_captions_in_a_film_have_its_fonts(page, opens):
    opens("Within.mkv")
    eventually(lambda: _red_columns(page), (10, 65))  # letters that are all as wide as an m


def test_captions_for_which_there_is_no_font_are_plain_text(page, opens):
    opens("Japanese.mp4")
    page.wait_for_function(f"() => ({SHOWN}) === '日本'")
    was_said(page, "Captions as plain text: the film has no font for their script.")


def test_captions_are_plain_text_where_they_cannot_be_drawn(page, opens, expected_errors):
    expected_errors += ["404", "Aborted", "HTTP status code", "Unserializable"]
    page.route("**/jassub-worker.wasm", lambda route: route.fulfill(status=404))
    opens("Beside.mp4")
    page.wait_for_function(f"() => ({SHOWN}).length === 17")
