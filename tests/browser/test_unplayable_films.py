"""If a film does not play, the page says so, and never shows only a black box."""

import shutil

import pytest

from tests.browser.waiting import eventually

BUSY = "The server cannot send this film now"


def _fails(page, heading):
    eventually(lambda: page.locator("#failure-heading").text_content(), heading)
    page.locator("#failure").wait_for()


def test_a_film_that_the_browser_cannot_play_says_so_and_is_offered_to_other_players(page, cinema):
    page.goto(f"{cinema}/?film=Damaged.mp4")
    _fails(page, "This browser cannot play this film")
    assert "VLC or mpv" in page.locator("#failure-words").inner_text()
    download = page.get_by_role("link", name="Download the film")
    assert download.get_attribute("href") == f"{cinema}/videos/Damaged.mp4"
    assert not page.locator("video").is_visible()


def test_a_container_that_the_browser_does_not_know_says_so(page, furnished):
    page.goto(f"{furnished}/?film=Old.avi")
    _fails(page, "This browser cannot show this film")


def test_a_film_without_a_picture_here_says_that_only_its_sound_plays(page, serve, sample, tmp_path, ffmpeg):
    """Chromium decodes neither MPEG-4 ASP nor HEVC here. It plays the sound and raises no error."""
    ffmpeg("-t", 4, "-i", sample, "-c:v", "mpeg4", "-c:a", "copy", tmp_path / "Sound.mp4")
    page.goto(f"{serve(tmp_path)}/?film=Sound.mp4")
    page.get_by_text("Sound only: this browser cannot show the picture").wait_for()
    page.wait_for_function("() => video.currentTime > 0.3")


def test_a_film_that_was_deleted_is_said_to_be_gone(page, serve, sample, tmp_path, expected_errors):
    expected_errors.append("404")
    shutil.copy(sample, tmp_path)
    page.goto(serve(tmp_path))
    page.wait_for_selector(".card")
    page.route("**/api/movies", lambda route: None)  # the card stays
    (tmp_path / sample.name).unlink()
    page.locator(".card").click()
    _fails(page, "This film is gone")


@pytest.mark.parametrize("query", ["film=No/such%20film.mp4", "film=../server.py"])
def test_an_address_without_a_film_says_so_and_leads_back(page, cinema, query):
    page.goto(f"{cinema}/?{query}")
    _fails(page, "This film is not here")
    page.locator("#failure-back").click()
    page.locator(".card").first.wait_for()
    eventually(lambda: page.url, f"{cinema}/")


def test_a_server_out_of_reach_is_said_and_the_retry_opens_the_film_at_its_time(page, cinema, plays, expected_errors):
    expected_errors.append("ERR_CONNECTION_REFUSED")
    page.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=25")
    _fails(page, "The server does not answer")
    page.unroute_all()
    plays(page, past_s=25)
    assert not page.locator("#failure").is_visible()


@pytest.mark.parametrize(
    ("answer", "error", "heading"),
    [
        (lambda route: route.abort("connectionreset"), "ERR_CONNECTION_RESET", "The server does not answer"),
        (lambda route: route.fulfill(status=503, headers={"Server": "movie-streaming"}), "503", BUSY),
        (lambda route: route.fulfill(status=502), "502", "The server is waking up"),
    ],
    ids=["out of reach", "busy", "asleep behind a proxy"],
)
def test_a_server_that_gives_no_film_yet_is_said_and_the_film_starts_by_itself(
    page, cinema, plays, expected_errors, answer, error, heading
):
    expected_errors.append(error)
    page.route("**/videos/**", answer)
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=25")
    _fails(page, heading)
    page.unroute_all()
    plays(page, past_s=25)
    assert not page.locator("#failure").is_visible()


def test_who_will_not_wait_has_the_server_asked_at_once(page, cinema, expected_errors):
    expected_errors.append("ERR_CONNECTION_RESET")
    page.add_init_script("Math.random = () => 1000")  # pauses between tries are minutes
    page.route("**/videos/**", lambda route: route.abort("connectionreset"))
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4")
    page.locator("#failure").wait_for()
    with page.expect_request("**/videos/**"):
        page.locator("#failure-retry").click()


def test_the_next_film_plays_after_one_that_failed(page, cinema, plays):
    page.goto(cinema)
    page.locator("a.card:has-text('Damaged')").click()
    page.locator("#failure").wait_for()
    page.keyboard.press("Escape")
    page.locator("a.card:has-text('Seek Anywhere')").click()
    plays(page)
    assert not page.locator("#failure").is_visible()


WARNINGS = {
    "Lossless.mp4": ["Apple Lossless sound: silent in this browser. Open it in VLC."],
    "Lossless.mkv": ["Apple Lossless sound: silent in this browser. Open it in VLC."],
    "Hevc.mp4": ["HEVC picture: black in this browser, which plays only the sound. Open it in VLC."],
    "Old.avi": ["AVI files do not play in browsers. Open it in VLC."],
    "Pcm.mkv": [],
    "Alone.mp4": [],
}


@pytest.mark.parametrize("film", WARNINGS)
def test_what_of_a_film_will_not_play_is_said_before_it_plays(page, furnished, film):
    page.add_init_script("HTMLMediaElement.prototype.load = HTMLMediaElement.prototype.play = () => Promise.resolve()")
    page.route("**/videos/**", lambda route: None)  # no byte of it comes
    page.goto(f"{furnished}/?film={film}")
    page.wait_for_function("(n) => document.querySelectorAll('#warnings li').length === n", arg=len(WARNINGS[film]))
    assert page.locator("#warnings li").all_inner_texts() == WARNINGS[film]


def test_sound_that_does_not_come_is_noticed_where_nothing_is_known_of_the_film(page, furnished):
    """As if the server looks into no films. The list is also old: the film has grown, and is opened again at once."""
    page.route("**/api/movies", lambda route: route.fulfill(json={"movies": [_unexamined("Lossless.mp4")]}))
    page.goto(f"{furnished}/?film=Lossless.mp4")
    page.get_by_text("No sound: this browser cannot decode the sound of this film.").wait_for()


def _unexamined(name):
    return {"title": name, "path": name, "url": f"/videos/{name}", "bytes": 1, "modified": "", "state": "unexamined"}


def test_other_players_open_the_film_from_a_playlist(page, furnished):
    page.goto(f"{furnished}/?film=Hevc.mp4")
    link = page.get_by_role("link", name="Open in VLC").get_attribute("href")
    assert f"{furnished}/videos/Hevc.mp4" in page.request.get(link).text()


def test_a_film_plays_before_the_server_has_looked_into_it_and_what_it_finds_shows(page, furnished, plays):
    known = page.request.get(f"{furnished}/api/movies").json()["movies"]
    pending = [{**_unexamined(movie["path"]), "state": "pending"} for movie in known]
    answers = iter([pending])
    page.route("**/api/movies", lambda route: route.fulfill(json={"movies": next(answers, known)}))
    page.goto(f"{furnished}/?film=Foreign.mp4")
    plays(page)
    page.locator("#chapters-button").wait_for()
    page.locator("#captions-button").wait_for()
    page.get_by_text("40 s").wait_for()
