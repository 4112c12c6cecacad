"""Films in several versions, which have one card with a choice; and films that would read the same."""

import json
import shutil
import time
import urllib.request

import pytest

from tests.browser.waiting import eventually

FOLDER = "Films/Meridian (2016)"
HD, UHD, CUT = (f"{FOLDER}/Meridian (2016) - {version}" for version in ("1080p.mp4", "4K.mp4", "Director's Cut.mp4"))
COPIES = ["Films/Copy.mp4", "Films/Copy.webm"]
EPISODES = [f"Show/Season 1/Show S01E{number:02} {quality}.mp4" for number in (1, 2) for quality in ("720p", "1080p")]
ELSEWHERE = "Old/Show S01E01.mp4"
PARTS = [f"Films/Long (1956)/Long (1956) {quality} cd{part}.mp4" for part in (1, 2) for quality in ("480p", "720p")]
RACES = [f"Races/Race.1080p.Round.{number:02}.mp4" for number in (5, 6)]
LECTURES = [f"{course}/Week 1/Intro.mp4" for course in ("Chemistry", "Physics")]


@pytest.fixture(scope="module")
def library(serve, sample, tmp_path_factory, ffmpeg) -> str:
    folder = tmp_path_factory.mktemp("versions")
    for path in [HD, CUT, COPIES[0], *EPISODES, ELSEWHERE, *PARTS, *RACES, *LECTURES]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, folder / path)
    ffmpeg("-i", sample, "-t", 30, "-c", "copy", folder / CUT)
    uhd = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
    ffmpeg("-f", "lavfi", "-i", "color=teal:s=3840x2160:r=1:d=1", *uhd, folder / UHD)
    ffmpeg("-t", 5, "-i", sample, "-c:v", "libvpx", "-s", "320x180", "-deadline", "realtime", "-an", folder / COPIES[1])
    (folder / FOLDER / "Meridian (2016).en.srt").write_text("1\n00:00:01,000 --> 00:00:39,000\nGood evening\n")
    url = serve(folder)
    while any(movie["state"] == "pending" for movie in _movies(url)):
        time.sleep(0.1)
    return url


def _movies(url):
    with urllib.request.urlopen(f"{url}/api/movies") as answer:
        return json.load(answer)["movies"]


def _cards(page, url):
    page.goto(url)
    page.wait_for_selector(".card")
    return page.locator(".card")


def _texts(page):
    """The lines below each card, also of those off the screen: [title, meta]."""
    return page.locator(".card").evaluate_all(
        "(cards) => cards.map((card) => ['.title', '.meta'].map((line) => card.querySelector(line).textContent))"
    )


def _choose(page, name):
    page.get_by_label("Version", exact=True).select_option(name)


def _plays_from(page, second):
    page.wait_for_function("(second) => Math.abs(soughtTo.at(-1) - second) < 2 && video.readyState > 1", arg=second)


def _has_begun(page, path, second):
    """Makes the browser keep that this film was watched up to the second."""
    page.evaluate(
        "([path, second]) => import('./static/shared/progress.js').then((it) => it.keepProgress(path, second, 40))",
        [path, second],
    )
    page.reload()
    page.wait_for_selector(".card")


@pytest.mark.parametrize(
    "size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}], ids=["desktop", "phone"]
)
def test_each_film_has_one_card_and_no_two_read_the_same(browser, open_page, library, size):
    page = open_page(browser, viewport=size)
    _cards(page, library)
    texts = _texts(page)
    assert sorted((title, meta.split(" · ")[0]) for title, meta in texts) == [
        ("Copy", "40 s"),
        ("Intro", "Chemistry"),
        ("Intro", "Physics"),
        ("Long – Part 1", "1956"),
        ("Long – Part 2", "1956"),
        ("Meridian", "2016"),
        ("Race Round 05", "40 s"),
        ("Race Round 06", "40 s"),
        ("S1 E1 · Episode 1", "Old"),
        ("S1 E1 · Episode 1", "Show / Season 1"),
        ("S1 E2 · Episode 2", "40 s"),
    ]


def test_a_version_is_chosen_on_the_films_page_and_goes_on_at_the_same_second(page, library, plays):
    _cards(page, library)
    page.locator(".card:has-text('Meridian')").click()
    plays(page)
    options = page.locator("#version option").all_inner_texts()
    assert options == ["4K · 0:01", "1080p · 0:40", "Director's Cut · 0:30"]
    assert "1080p" in page.locator("#version option:checked").inner_text()
    page.evaluate("() => { video.pause(); video.currentTime = 20; }")
    page.wait_for_function("() => !video.seeking")
    page.evaluate("() => (soughtTo.length = 0)")
    _choose(page, "Director's Cut · 0:30")
    page.get_by_role("heading", name="Meridian – Director's Cut").wait_for()
    _plays_from(page, 20)
    query = page.evaluate("() => location.search")
    assert "Director's%20Cut" in query or "Director%27s%20Cut" in query
    page.keyboard.press("Escape")
    page.locator(".card:focus:has-text('Meridian')").wait_for()


def test_a_version_that_is_shorter_does_not_begin_at_its_end(page, library, plays):
    page.goto(f"{library}/?film={HD}&t=35")
    plays(page, past_s=35)
    _choose(page, "Director's Cut · 0:30")
    page.get_by_role("heading", name="Meridian – Director's Cut").wait_for()
    page.wait_for_function("() => video.duration < 31")
    plays(page, past_s=0.3, before_s=28)


def test_what_plays_here_goes_before_what_is_sharper(page, library):
    _cards(page, library)
    assert page.locator(".card:has-text('Meridian')").get_attribute("href").find("1080p") > 0


def test_the_qualities_of_a_film_share_how_far_it_was_watched(page, library):
    _cards(page, library)
    _has_begun(page, EPISODES[0], 15)
    page.goto(f"{library}/?film={EPISODES[1]}")
    _plays_from(page, 15)


def test_an_edition_has_a_progress_of_its_own_and_continue_watching_has_the_film_once(page, library):
    _cards(page, library)
    _has_begun(page, HD, 15)
    _has_begun(page, CUT, 20)
    row = page.locator("section", has=page.get_by_role("heading", name="Continue watching"))
    eventually(row.locator(".card").count, 1)
    row.locator(".card").click()
    page.get_by_role("heading", name="Meridian – Director's Cut").wait_for()
    page.goto(f"{library}/?film={HD}")
    _plays_from(page, 15)


def test_the_menu_of_a_card_has_the_versions_and_marks_all_of_them(page, library):
    _cards(page, library)
    _has_begun(page, HD, 15)
    page.get_by_role("button", name="More about Meridian").first.click()
    page.locator("#film-menu").wait_for()
    acts = page.locator("#film-menu-acts li").all_inner_texts()
    assert [act for act in acts if act.startswith("Play ")] == [
        "Play 4K · 0:01",
        "Play 1080p · 0:40",
        "Play Director's Cut · 0:30",
    ]
    page.get_by_text("Remove from Continue watching").click()
    page.get_by_role("heading", name="Continue watching").wait_for(state="detached")


def test_the_menu_of_a_card_is_wholly_on_a_low_screen(browser, open_page, library):
    page = open_page(browser, viewport={"width": 1000, "height": 400})
    _cards(page, library)
    page.get_by_role("button", name="More about Meridian").first.click()
    page.wait_for_function(
        """() => {
            const { top, bottom } = document.getElementById("film-menu").getBoundingClientRect();
            return 0 <= top && bottom <= innerHeight && bottom - top > 150;
        }"""
    )


def test_search_finds_a_film_by_what_any_version_is_called(page, library):
    _cards(page, f"{library}/?q=director")
    assert len(_texts(page)) == 1


def test_the_next_is_no_version_of_the_same_film(page, library):
    page.goto(f"{library}/?film={EPISODES[1]}")
    page.get_by_text("Next: S1 E2").wait_for()
    assert page.locator("#previous-film").is_hidden()
    assert "1080p" in page.locator("#next-film").get_attribute("href")


def test_part_goes_on_with_part_in_the_same_quality(page, library):
    page.goto(f"{library}/?film={PARTS[1]}")
    page.locator("#next-film[href]").wait_for()
    assert "720p%20cd2" in page.locator("#next-film").get_attribute("href")


def test_subtitles_named_for_the_film_are_on_each_version(page, library):
    for path in (HD, CUT):
        page.goto(f"{library}/?film={path}")
        page.locator("track.captions[srclang=en]").wait_for(state="attached")
