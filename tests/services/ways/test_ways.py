"""By which way each browser gets each film: the table that the page and the docs are held against, too."""

from dataclasses import replace

import pytest

from services.ways.browsers import BROWSERS, CHROME, FIREFOX
from services.ways.ways import Film, Way, depends_on_device, way_in, ways_of
from tests.server_process import ROOT
from tests.ways import FILMS, as_film, plays, supported_in, ways_in

_HEVC = ("hvc1.", "hev1.")
CHROMIUM = replace(
    CHROME,
    in_files=tuple(each for each in CHROME.in_files if each not in _HEVC),
    in_segments=tuple(each for each in CHROME.in_segments if each not in _HEVC),
)


@pytest.mark.parametrize(("name", "browser"), [("Chromium", CHROMIUM), ("Firefox", FIREFOX)])
def test_the_ways_are_those_of_the_page(name, browser):
    assert {film: list(ways_of(as_film(film), browser)) for film in ways_in(name)} == ways_in(name)


@pytest.mark.parametrize(("name", "browser"), [("Chromium", CHROMIUM), ("Firefox", FIREFOX)])
def test_a_browser_takes_by_segments_what_the_table_says(name, browser):
    assert set(browser.in_segments) == set(supported_in(name))


@pytest.mark.parametrize("film", FILMS)
def test_what_comes_of_a_film_in_each_browser_is_in_the_table(film):
    assert {browser.name: way_in(as_film(film), browser).value for browser in BROWSERS} == plays()[film]


@pytest.mark.parametrize(
    ("film", "way"),
    [
        (Film("matroska", "avc1.640028", ("wmav2", "ac-3")), Way.CONVERTED),
        (Film("matroska", "avc1.640028", ("ac-3", "mp4a.40.2"), default_sound=1), Way.SEGMENTS),
        (Film("matroska", "avc1.640028", ("mp4a.40.2", "ac-3"), default_sound=1), Way.CONVERTED),
        (Film("matroska", "avc1.640028", ("ac-3",), converts=False), Way.SILENT),
        (Film("matroska", None, ("mp4a.40.2",), file_bytes=40_000_000), Way.ORIGINAL),
        (Film("matroska", "avc1.6E0028", ("fLaC",)), Way.SILENT),
        (Film("mp4", "mp4v.20.9"), Way.NOTHING),
        (Film("mov", "prores", ("pcm_s16le",)), Way.NOTHING),
        (Film("mp4", "mp4v.20.9", ("mp4a.40.2",)), Way.DARK),
        (Film("mp4", None, ("ac-3",)), Way.NOTHING),
    ],
)
def test_the_sound_that_is_heard_first_decides(film, way):
    assert way_in(film, FIREFOX) is way


def test_hevc_depends_on_the_device_in_some_browsers():
    hevc = Film("mp4", "hvc1.2.4.L120.90")
    assert [browser.name for browser in BROWSERS if depends_on_device(hevc, browser)] == ["Chrome", "Firefox"]


def test_the_docs_show_the_table():
    text = (ROOT / "docs" / "doctor.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    head = rows.index(["film", *(browser.name for browser in BROWSERS)])
    shown = {film: ways for film, *ways in rows[head + 2 : head + 2 + len(FILMS)]}
    assert shown == {film: [plays()[film][browser.name] for browser in BROWSERS] for film in FILMS}
