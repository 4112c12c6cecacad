"""Names are data: whatever a file is called, its title shows as it is and its film plays."""

import shutil

import pytest

from tests.browser.waiting import eventually

NAMES = [
    "Who? 100% C# & B + more",
    "\"Quoted\", 'quoted' and back\\slashed",
    "<img src=x onerror=alert(1)>",
    "&amp; &lt;script&gt; per%2Fcent%20encoded",
    "七人の侍, Amélie 🎬",
    "a;b,c=d@e!f$g(h)[i]{j}~k^l`m",
]
ODD_FOLDER = "<i>odd #1 & 50%"


@pytest.fixture(scope="module")
def library(serve, sample, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("names")
    for name in NAMES:
        shutil.copy(sample, folder / f"{name}.mp4")
    odd_folder = folder / ODD_FOLDER
    odd_folder.mkdir()
    for name in ("One", "Two"):
        shutil.copy(sample, odd_folder / f"{name}.mp4")
    return serve(folder)


def _card(page, name):
    return page.locator(".card", has=page.get_by_text(name, exact=True))


def test_a_film_of_any_name_plays_from_its_card_and_from_its_link(page, library, plays):
    page.goto(library)
    for name in NAMES:
        _card(page, name).first.click()  # a film that was begun is on two shelves
        eventually(page.locator("#title").inner_text, name)
        plays(page)
        page.reload()
        eventually(page.locator("#title").inner_text, name)
        plays(page)
        page.go_back()


def test_html_in_names_of_films_and_folders_is_shown_as_text_and_their_films_play(page, library, plays):
    page.goto(library)
    page.wait_for_selector(".card")
    assert page.locator("#shelves :is(b, i, script), #shelves img:not(.cover > img)").count() == 0
    assert page.get_by_role("heading", name=ODD_FOLDER).is_visible()
    _card(page, "Two").click()
    plays(page)
