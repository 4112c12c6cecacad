"""Films whose picture browsers lack, in a real Chromium and a real Firefox: the server converts it."""

import re

import pytest

from tests.browser.conftest import await_details
from tests.browser.waiting import playing, shows_picture_of
from tests.damaged_films import without_pictures
from tests.films import put

FRAME_S = 1 / 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory, ffmpeg):
    """Films of eight seconds with a key frame every two. One of them is damaged from second 2 to 4."""
    folder = tmp_path_factory.mktemp("converted")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=400x400:rate=24", "-f", "lavfi", "-i", "sine=440", "-t", 8, "-g", 48)
    ffmpeg(*picture, "-c:v", "mpeg4", "-bf", 2, "-q:v", 5, "-c:a", "ac3", folder / "ASP.mkv")
    ffmpeg(
        *picture,
        "-vf",
        "scale=160:90,setsar=1",
        "-c:v",
        "mpeg2video",
        "-bf",
        2,
        "-q:v",
        3,
        "-c:a",
        "mp2",
        folder / "MPEG-2.ts",
    )
    whole = tmp_path_factory.mktemp("whole") / "ASP.mp4"
    ffmpeg("-i", folder / "ASP.mkv", "-c", "copy", whole)
    put(folder, "Damaged.mp4", without_pictures(whole, 2, 4))
    return folder


@pytest.fixture(scope="module")
def cinema(serve, folder):
    return serve(folder, "--convert", "all")


@pytest.fixture
def opens(page, plays):
    def open_(url, film):
        await_details(url)
        page.goto(f"{url}/?film={film}")
        plays(page)

    return open_


def test_a_film_is_seen_and_heard_from_any_second_to_its_end_though_its_size_changes(page, cinema, opens):
    def choose(route):  # as a server may, or may not, on a busy machine
        url = route.request.url
        number = int(re.search(r"x0-(\d)", url)[1])
        route.continue_(url=url.replace("/x0-", "/x0p360-" if number < 4 else "/x0p480-"))

    page.route("**/x0-*", choose)
    opens(cinema, "ASP.mkv")
    assert page.evaluate("() => video.src.startsWith('blob:')")
    page.evaluate("() => video.pause()")
    for time, lines in ((5.0, 400), (1.0, 360), (3.9, 360), (4.1, 400)):
        shows_picture_of(page, time, FRAME_S)
        page.wait_for_function("(lines) => video.videoHeight === lines", arg=lines)
    assert not page.locator("#warnings").is_visible()
    page.evaluate("() => { video.currentTime = 7; video.play(); }")
    page.wait_for_function("() => video.ended")
    assert page.evaluate("() => video.webkitAudioDecodedByteCount > 0")


def test_another_film_is_seen_once_nobody_watches_the_one_before(page, cinema, opens, expected_errors):
    expected_errors.append("503")
    opens(cinema, "MPEG-2.ts")
    assert page.evaluate("() => [video.videoWidth, video.videoHeight]") == [160, 90]
    page.evaluate("() => { video.currentTime = 7; video.play(); }")
    page.wait_for_function("() => video.ended")


def test_where_the_server_cannot_decode_the_picture_it_says_so_and_the_film_goes_on(
    page, cinema, opens, expected_errors
):
    expected_errors.append("503")  # until the film before has been left for a while
    opens(cinema, "Damaged.mp4")
    words = page.get_by_text("The server cannot decode the picture at this place of the film.")
    assert not words.is_visible()
    page.evaluate("() => { video.pause(); video.currentTime = 3.9; }")
    words.wait_for()
    page.evaluate("() => void video.play()")
    words.wait_for(state="hidden")
    assert page.evaluate("() => video.currentTime") > 4


@pytest.mark.parametrize(
    ("retry_after_s", "heading"),
    [(5, "The picture of this film is not there yet"), (3600, "The server cannot convert this film now")],
    ids=["another film is converted", "a server that is too slow"],
)
def test_a_picture_that_is_not_converted_is_explained(page, cinema, expected_errors, retry_after_s, heading):
    expected_errors.append("503")
    await_details(cinema)
    refusal = {"status": 503, "headers": {"Server": "movie-streaming", "Retry-After": str(retry_after_s)}}
    page.route("**/x0-*", lambda route: route.fulfill(**refusal))
    page.goto(f"{cinema}/?film=ASP.mkv")
    page.get_by_role("heading", name=heading).wait_for()
    assert page.locator("#failure-vlc").is_visible()


def test_the_page_about_a_film_says_that_its_picture_is_converted(page, cinema):
    await_details(cinema)
    page.goto(f"{cinema}/?about=ASP.mkv")
    page.get_by_text("in segments, its picture converted by the server").wait_for()


def test_without_the_option_the_page_says_what_is_missing(page, serve, folder):
    url = serve(folder)
    await_details(url)
    page.goto(f"{url}/?about=ASP.mkv")
    page.get_by_text("MPEG-4 picture: black in this browser").wait_for()


def test_firefox_shows_it_too(tab, cinema):
    await_details(cinema)
    tab.goto(f"{cinema}/?film=ASP.mkv")
    tab.wait_for(playing(0.3))
    tab.wait_for("video.videoWidth > 0 && video.src.startsWith('blob:')")
    tab.evaluate("void (video.currentTime = 7)")
    tab.wait_for("video.ended")
