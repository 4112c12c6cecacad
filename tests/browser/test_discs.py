"""A folder of a DVD, a Blu-ray or a camcorder is one card, whose film goes on from file to file."""

import pytest

from tests.films import put

PARTS = ["Movie – Part 1", "Movie – Part 2"]


@pytest.fixture(scope="module")
def shelf(serve, sample, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("discs")
    film = sample.read_bytes()
    for path in ("VIDEO_TS.VOB", "VTS_01_0.VOB", "VTS_02_1.VOB"):
        put(folder, f"Ben-Hur (1959)/Disc 1/VIDEO_TS/{path}", film[:1000])
    for disc, number in ((1, 1), (1, 2), (2, 1)):
        put(folder, f"Ben-Hur (1959)/Disc {disc}/VIDEO_TS/VTS_01_{number}.VOB", film)
    put(folder, "Gandhi (1982)/BDMV/STREAM/00001.m2ts", film)
    put(folder, "Gandhi (1982)/BDMV/STREAM/00002.m2ts", film[:1000])
    for clip in ("00000", "00001"):
        put(folder, f"Crete/PRIVATE/AVCHD/BDMV/STREAM/{clip}.MTS", film)
    for part in (1, 2):
        put(folder, f"Movie (2010)/CD{part}/movie.mp4", film)
    return serve(folder)


def test_each_disc_is_one_card_with_the_name_of_its_folder(page, shelf):
    page.goto(shelf)
    page.locator(".card").first.wait_for()
    assert sorted(page.locator(".card .title").all_inner_texts()) == ["Ben-Hur", "Crete", "Gandhi", *PARTS]


def test_its_other_files_are_in_its_menu(page, shelf):
    page.goto(shelf)
    page.get_by_role("button", name="More about Crete").click()
    acts = page.locator("#film-menu-acts li").all_inner_texts()
    assert acts[:2] == ["Play", "Play Crete – Part 2"]


def test_it_goes_on_from_file_to_file_and_from_disc_to_disc(page, shelf):
    page.goto(shelf)
    page.locator(".card", has_text="Ben-Hur").click()
    for part in (2, 3):
        page.get_by_role("link", name=f"Next: Ben-Hur – Part {part}").wait_for()
        page.locator("#next-film").click()
    page.get_by_role("link", name="Previous: Ben-Hur – Part 2").wait_for()
    assert not page.locator("#next-film").is_visible()
    assert page.locator("#title").inner_text() == "Ben-Hur – Part 3"


def test_parts_with_a_folder_each_follow_each_other(page, shelf):
    page.goto(shelf)
    page.locator(".card", has_text=PARTS[0]).click()
    page.get_by_role("link", name=f"Next: {PARTS[1]}").wait_for()
    page.locator("#next-film").click()
    page.get_by_role("link", name=f"Previous: {PARTS[0]}").wait_for()
