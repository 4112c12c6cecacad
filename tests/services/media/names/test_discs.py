"""A folder of a disc is one film, with the folder's name."""

import pytest

from services.media.names.discs import DiscFile, disc_files
from services.media.names.film_name import FilmName

GB = 10**9
BEN_HUR = FilmName("Ben-Hur", 1959)
HOME = "Ben-Hur (1959)/Ben-Hur (1959).iso"


def _shown(sizes):
    """Titles and parts in playing order, each with its file."""
    files = {path: file for path, file in disc_files(sizes).items() if file}
    return [(file.name.in_words, path) for path, file in sorted(files.items(), key=lambda item: item[1].name.part or 1)]


def test_a_dvd_is_the_vobs_of_its_largest_title_set_in_order():
    dvd = "Ben-Hur (1959)/VIDEO_TS"
    sizes = {
        f"{dvd}/VIDEO_TS.VOB": 2 * GB,
        f"{dvd}/VTS_01_0.VOB": GB,
        f"{dvd}/VTS_01_1.VOB": GB // 4,
        f"{dvd}/VTS_02_0.VOB": GB,
        f"{dvd}/VTS_02_2.VOB": GB,
        f"{dvd}/VTS_02_1.VOB": GB,
        f"{dvd}/VTS_02_3.VOB": GB // 9,
        "Gandhi (1982).mkv": GB,
    }
    first = f"{dvd}/VTS_02_1.VOB"
    assert disc_files(sizes) == {
        f"{dvd}/VIDEO_TS.VOB": None,
        f"{dvd}/VTS_01_0.VOB": None,
        f"{dvd}/VTS_01_1.VOB": None,
        f"{dvd}/VTS_02_0.VOB": None,
        first: DiscFile(BEN_HUR, HOME),
        f"{dvd}/VTS_02_2.VOB": DiscFile(FilmName("Ben-Hur", 1959, part=2), HOME, of=first),
        f"{dvd}/VTS_02_3.VOB": DiscFile(FilmName("Ben-Hur", 1959, part=3), HOME, of=first),
    }


def test_a_blu_ray_is_its_largest_clip():
    stream = "Ben-Hur (1959)/BDMV/STREAM"
    sizes = {f"{stream}/00000.m2ts": GB // 10, f"{stream}/00800.m2ts": 30 * GB, f"{stream}/00801.m2ts": 2 * GB}
    assert _shown(sizes) == [("Ben-Hur (1959)", f"{stream}/00800.m2ts")]


def test_clips_of_like_sizes_are_parts_of_a_disc():
    stream = "Show/Season 1/Disc 1/BDMV/STREAM"
    sizes = {f"{stream}/00002.m2ts": 7 * GB, f"{stream}/00001.m2ts": 8 * GB, f"{stream}/00003.m2ts": GB}
    first = f"{stream}/00001.m2ts"
    name, home = FilmName("Disc 1", series="Show", season=1), "Show/Season 1/Disc 1/Disc 1.iso"
    assert disc_files(sizes) == {
        first: DiscFile(name, home),
        f"{stream}/00002.m2ts": DiscFile(FilmName("Disc 1", series="Show", season=1, part=2), home, of=first),
        f"{stream}/00003.m2ts": None,
    }


def test_all_that_a_camcorder_filmed_is_shown_whatever_its_size():
    stream = "Crete 2012/PRIVATE/AVCHD/BDMV/STREAM"
    sizes = {f"{stream}/00000.MTS": GB, f"{stream}/00001.MTS": 1000, f"{stream}/00002.MTS": 2 * GB}
    assert _shown(sizes) == [
        ("Crete 2012", f"{stream}/00000.MTS"),
        ("Crete 2012 - Part 2", f"{stream}/00001.MTS"),
        ("Crete 2012 - Part 3", f"{stream}/00002.MTS"),
    ]


def test_several_discs_of_a_film_are_one_film():
    film = "Gandhi (1982)"
    sizes = {
        f"{film}/Disc 2/VIDEO_TS/VTS_01_1.VOB": GB,
        f"{film}/Disc 1/VIDEO_TS/VTS_01_1.VOB": 3 * GB,
        f"{film}/Disc 1/VIDEO_TS/VTS_02_1.VOB": GB // 9,
        f"{film}/Disc 2/VIDEO_TS/VTS_02_1.VOB": GB // 9,
    }
    assert _shown(sizes) == [
        ("Gandhi (1982)", f"{film}/Disc 1/VIDEO_TS/VTS_01_1.VOB"),
        ("Gandhi (1982) - Part 2", f"{film}/Disc 2/VIDEO_TS/VTS_01_1.VOB"),
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Ben-Hur (1959)/VIDEO_TS/VTS_01_1.VOB", BEN_HUR),
        ("Films/Ben-Hur (1959)/video_ts/vts_01_1.vob", BEN_HUR),
        ("Ben-Hur (1959)/VTS_01_1.VOB", BEN_HUR),
        ("Ben-Hur (1959)/DVD/VIDEO_TS/VTS_01_1.VOB", BEN_HUR),
        ("Ben-Hur.1959.PAL.DVDR-GRP/VIDEO_TS/VTS_01_1.VOB", BEN_HUR),
        ("Ben-Hur (1959)/BDMV/STREAM/00001.m2ts", BEN_HUR),
        ("Ben-Hur (1959)/bdmv/stream/00001.M2TS", BEN_HUR),
        ("Ben-Hur.1959.1080p.Blu-ray.AVC.DTS-HD.MA.7.1-GRP/BDMV/STREAM/00001.m2ts", BEN_HUR),
        ("Dr. No (1962)/BDMV/STREAM/00001.m2ts", FilmName("Dr. No", 1962)),
        ("LAWRENCE_OF_ARABIA/BDMV/STREAM/00001.m2ts", FilmName("LAWRENCE OF ARABIA")),
        ("Ben-Hur (1959) Disc 2/VIDEO_TS/VTS_01_1.VOB", FilmName("Ben-Hur – Disc 2", 1959)),
        ("Show/Season 1/VIDEO_TS/VTS_01_1.VOB", FilmName("Season 1", series="Show", season=1)),
        ("Crete/AVCHD/BDMV/STREAM/00000.MTS", FilmName("Crete")),
        ("Crete/BDMV/STREAM/00000.mts", FilmName("Crete")),
        ("VIDEO_TS/VTS_01_1.VOB", FilmName("Disc")),
        ("Gandhi/VIDEO_TS/VIDEO_TS.VOB", FilmName("Gandhi")),
        ("七人の侍/BDMV/STREAM/00001.m2ts", FilmName("七人の侍")),
    ],
)
def test_the_film_has_the_name_of_the_folder_that_the_disc_is_in(path, name):
    (file,) = disc_files({path: GB}).values()
    assert (file.name, file.of) == (name, None)


@pytest.mark.parametrize("path", ["STREAM/00001.m2ts", "Film/00001.m2ts", "BDMV/x.m2ts", "VTS_01_1.mkv", "a/VTS_1.VOB"])
def test_what_is_on_no_disc_stays_as_it_is(path):
    assert disc_files({path: GB}) == {}
