"""A film that does not play says so in words, never by a black box."""

import shutil

import pytest


def _failure(page):
    page.locator("#failure").wait_for()
    return page.locator("#failure-heading").inner_text()


def test_a_film_that_the_browser_cannot_play_says_so_and_is_offered_to_other_players(page, cinema):
    page.goto(f"{cinema}/?film=Damaged.mp4")
    assert _failure(page) == "This browser cannot play this film"
    assert "VLC or mpv" in page.locator("#failure-words").inner_text()
    download = page.get_by_role("link", name="Download the film")
    assert download.get_attribute("href") == f"{cinema}/videos/Damaged.mp4"
    assert not page.locator("video").is_visible()


def test_a_container_that_the_browser_does_not_know_says_so(page, serve, sample, tmp_path, ffmpeg):
    ffmpeg("-t", 1, "-i", sample, "-c:v", "mpeg4", "-c:a", "libmp3lame", tmp_path / "Old.avi")
    page.goto(f"{serve(tmp_path)}/?film=Old.avi")
    assert _failure(page) == "This browser cannot play this film"


def test_a_film_without_a_picture_here_says_that_only_its_sound_plays(page, serve, sample, tmp_path, ffmpeg):
    """Chromium has no MPEG-4 ASP, nor HEVC here; it plays the sound and raises no error."""
    ffmpeg("-t", 4, "-i", sample, "-c:v", "mpeg4", "-c:a", "copy", tmp_path / "Sound.mp4")
    page.goto(f"{serve(tmp_path)}/?film=Sound.mp4")
    page.get_by_text("Sound only: this browser cannot show the picture").wait_for()
    page.wait_for_function("() => video.currentTime > 0.3")


def test_a_film_that_was_deleted_is_said_to_be_gone(page, serve, sample, tmp_path, expected_errors):
    expected_errors.append("404")
    shutil.copy(sample, tmp_path)
    page.goto(serve(tmp_path))
    page.wait_for_selector(".card")
    (tmp_path / sample.name).unlink()
    page.locator(".card").click()
    assert _failure(page) == "This film is gone"


@pytest.mark.parametrize("query", ["film=No/such%20film.mp4", "film=../server.py"])
def test_an_address_without_a_film_says_so_and_leads_back(page, cinema, query):
    page.goto(f"{cinema}/?{query}")
    assert _failure(page) == "This film is not here"
    page.locator("#failure-back").click()
    page.locator(".card").first.wait_for()
    assert page.url == f"{cinema}/"


def test_a_server_out_of_reach_is_said_and_the_retry_opens_the_film_at_its_time(page, cinema, plays, expected_errors):
    expected_errors.append("ERR_CONNECTION_REFUSED")
    page.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=25")
    assert _failure(page) == "The server does not answer"
    page.unroute_all()
    page.locator("#failure-retry").click()
    plays(page, past_s=25)
    assert not page.locator("#failure").is_visible()


def test_a_connection_that_breaks_before_the_film_starts_can_be_tried_again(page, cinema, plays, expected_errors):
    expected_errors.append("ERR_CONNECTION_RESET")
    page.route("**/videos/**", lambda route: route.abort("connectionreset"))
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=25")
    assert _failure(page) == "The server does not answer"
    page.unroute_all()
    page.locator("#failure-retry").click()
    plays(page, past_s=25)


def test_a_server_that_is_busy_is_said(page, cinema, expected_errors):
    expected_errors.append("503")
    page.route("**/videos/**", lambda route: route.fulfill(status=503))
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4")
    assert _failure(page) == "The server cannot send this film now"


def test_the_next_film_plays_after_one_that_failed(page, cinema, plays):
    page.goto(cinema)
    page.locator("a.card:has-text('Damaged')").click()
    _failure(page)
    page.keyboard.press("Escape")
    page.locator("a.card:has-text('Seek Anywhere')").click()
    plays(page)
    assert not page.locator("#failure").is_visible()
