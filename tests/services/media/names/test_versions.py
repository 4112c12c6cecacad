"""Which files become one film with several versions, and which stay apart."""

import pytest

from services.media.names.film_name import film_name
from services.media.names.natural_order import in_natural_order
from services.media.names.versions import MOST, versions


def _told(paths):
    """{path: (edition, label)} of the files that are versions. All of them must be of one film."""
    found = versions({path: film_name(path) for path in in_natural_order(paths)})
    assert len({version.of for version in found.values()}) <= 1
    return {path: (version.name.edition, version.label) for path, version in found.items()}


@pytest.mark.parametrize(
    "expected",
    [
        {"Film (2010) 1080p.mkv": (None, "1080p"), "Film (2010) 2160p.mkv": (None, "2160p")},
        {"Film.720p.mp4": (None, "720p"), "Film.1080p.mp4": (None, "1080p")},
        {"Film.mp4": (None, "MP4"), "Film.webm": (None, "WEBM")},
        {"Film.mkv": (None, None), "Film 4K.mkv": (None, "4K")},
        {"Film.mkv": (None, None), "Film.uhd.mkv": (None, "UHD")},
        {"Film [1080p].mkv": (None, "1080p"), "Film [720p].mkv": (None, "720p")},
        {"Film (2010).mkv": (None, None), "Film (2010) 3D HSBS.mkv": (None, "3D HSBS")},
        {"Film (2010).mkv": (None, None), "Film (2010) - Director's Cut.mkv": ("Director's Cut", None)},
        {"Film.mkv": (None, None), "Film - Director's Cut.mkv": ("Director's Cut", None)},
        {"Film.mkv": (None, None), "Film (Extended).mkv": ("Extended", None)},
        {
            "Film (2010)/Film (2010) - 1080p.mkv": (None, "1080p"),
            "Film (2010)/Film (2010) - 4K.mkv": (None, "4K"),
            "Film (2010)/Film (2010) - Black and White.mkv": ("Black and White", None),
            "Film (2010)/movie.mkv": (None, None),
        },
        {
            "B (1982) {edition-Final Cut}.mkv": ("Final Cut", None),
            "B (1982) {edition-Workprint}.mkv": ("Workprint", None),
        },
        {
            "Alien.1979.Theatrical.1080p.mkv": ("Theatrical", "1080p"),
            "Alien.1979.Directors.Cut.1080p.mkv": ("Director's Cut", "1080p"),
            "Alien.1979.Directors.Cut.2160p.mkv": ("Director's Cut", "2160p"),
        },
        {
            "Film.2010.1080p.BluRay.x264-GRP.mkv": (None, "BluRay x264-GRP"),
            "Film.2010.1080p.WEB-DL.DDP5.1.H.264-X.mkv": (None, "WEB-DL DDP5.1 H.264-X"),
            "Film.2010.German.1080p.BluRay.x264-GRP.mkv": (None, "German BluRay x264-GRP"),
        },
        {"Film.2010.1080p.DTS.5.1.mkv": (None, "5.1"), "Film.2010.1080p.DTS.7.1.mkv": (None, "7.1")},
        {"Show S01E01 Pilot 720p.mkv": (None, "720p"), "Show S01E01 Pilot 1080p.mkv": (None, "1080p")},
        {"S/Season 1/S01E01 - Pilot.mkv": (None, None), "S/Season 1/S01E01 - Pilot 4K.mkv": (None, "4K")},
        {"[G] Show - 05 [720p].mkv": (None, "720p"), "[G] Show - 05 [1080p].mkv": (None, "1080p")},
        {"The Final Cut (2004) 720p.mkv": (None, "720p"), "The Final Cut (2004) 1080p.mkv": (None, "1080p")},
        {"七人の侍 720p.mkv": (None, "720p"), "七人の侍 1080p.mkv": (None, "1080p")},
        {"F (2010)/F (2010) - Grindhouse.mkv": ("Grindhouse", None), "F (2010)/F (2010).mkv": (None, None)},
        {"Film (2010) - Stereo 3D.mkv": (None, "Stereo 3D"), "Film (2010) [Uncut].mkv": ("Uncut", None)},
        {"Film (2010).mkv": (None, "Film (2010).mkv"), "FILM (2010).mkv": (None, "FILM (2010).mkv")},
        {"Film (2010).mkv": (None, None), "Film (2010).3D.SBS.mkv": (None, "3D SBS")},
        {"Film (2010).mkv": (None, None), "Film (2010) DTS 5.1.mkv": (None, "DTS 5.1")},
        {"Film (2010) [1080p].mkv": (None, "1080p"), "Film 2010 2160p BluRay x265 YIFY.mkv": (None, "2160p")},
        {
            "Film (2010) (1080p x265 Silence).mkv": (None, "1080p"),
            "Film (2010) (720p x265 Tigole).mkv": (None, "720p"),
        },
        {"Film.2010.MULTi.VFF.1080p.mkv": (None, "1080p"), "Film.2010.VOSTFR.720p.mkv": (None, "720p")},
        {"Film.2010.720p.mkv": (None, "720p"), "Film.2010.1080p.WEB-DL.Hindi.ESubs-GRP.mkv": (None, "1080p")},
    ],
    ids=lambda expected: next(iter(expected)),
)
def test_files_of_one_film_are_its_versions_and_are_told_apart(expected):
    assert _told(expected) == expected


@pytest.mark.parametrize(
    "paths",
    [
        ("a/Film.mkv", "b/Film.mkv"),
        ("Film (1984).mkv", "Film (2021).mkv"),
        ("Film.mkv", "Film 2.mkv"),
        ("Family.mkv", "Extended Family.mkv"),
        ("The.mkv", "The Final Cut.mkv"),
        ("IMG_1080.MOV", "IMG_2160.MOV"),
        ("Movie (2010)-cd1.mp4", "Movie (2010)-cd2.mp4"),
        ("Movie (2010) 720p cd1.mp4", "Movie (2010) 720p cd2.mp4"),
        ("Formula.1.2024.Round.05.1080p.mkv", "Formula.1.2024.Round.06.1080p.mkv"),
        ("Race.1080p.Round.05.mkv", "Race.1080p.Round.06.mkv"),
        ("Show S01E01 720p.mkv", "Show S01E02 1080p.mkv"),
        ("Show S01E01 Pilot.mkv", "Show S02E01 Pilot.mkv"),
        ("Holiday (2019)/Holiday (2019) - Day 1.mp4", "Holiday (2019)/Holiday (2019) - Day 2.mp4"),
        ("L (2019)/L (2019) - Physics.mp4", "L (2019)/L (2019) - Chemistry.mp4"),
        ("L (2019)/L (2019).mp4", "L (2019)/L (2019) - Day 1.mp4", "L (2019)/L (2019) - Day 2.mp4"),
        ("Film.mkv", "Film-trailer.mkv", "Film-trailer.mp4"),
        ("कि.mkv", "की.mkv"),
        ("caf\udce8.mkv", "caf\udce9.mkv"),
        ("M\udcf6ller (1999).mkv", "M\udcfcller (1999).mkv"),
        ("NFL.2024.1080p.KC.at.BAL.mkv", "NFL.2024.1080p.NYG.at.DAL.mkv"),
        ("Boxing 2024 1080p FURY VS USYK.mkv", "Boxing 2024 1080p JOSHUA VS DUBOIS.mkv"),
        ("Matchday.2024.1080p.Arsenal-Chelsea.mkv", "Matchday.2024.1080p.Arsenal-Wolves.mkv"),
        ("Show S01E01 Pilot.mkv", "Show S01E01-E02 Pilot.mkv"),
        ("Real.mkv", "real.mkv"),
        ("IT.mkv", "It.mkv"),
        ("Saw.mkv", "Saw 3D.mkv"),
        ("Step.Up.1080p.mkv", "Step.Up.3D.1080p.mkv"),
        ("Formula.1.2024.1080p.Monaco.mkv", "Formula.1.2024.1080p.Imola.mkv"),
        ("Course.1080p.Intro.mp4", "Course.1080p.Outro.mp4"),
        ("Film.2010.1080p.mkv", "Film.2010.1080p.Bonus.mkv"),
        ("Film 2010 1080p.mkv", "Film 2010 1080p Making Of.mkv"),
        ("film.2010.dvdrip.xvid.a.avi", "film.2010.dvdrip.xvid.b.avi"),
        ("Film.2010.1080p.前編.mkv", "Film.2010.1080p.後編.mkv"),
        ("FILM.2010.1080P.MORNING.mkv", "FILM.2010.1080P.EVENING.mkv"),
        ("Show.S01E01.1080p.Morning.mkv", "Show.S01E01.1080p.Evening.mkv"),
    ],
    ids=lambda paths: paths[0],
)
def test_what_may_be_different_films_stays_apart(paths):
    assert _told(paths) == {}


def test_what_a_version_is_called_can_be_shown():
    paths = ["Film (2010) 1080p x264-caf\udce9.mkv", "Film (2010) 1080p x264-\udce9.mkv"]
    assert {label for _, label in _told(paths).values()} == {"x264-caf\ufffd", "x264-\ufffd"}


def test_the_parts_of_a_film_have_versions_each():
    paths = [f"Movie (2010) {quality} cd{part}.mp4" for part in (1, 2) for quality in ("720p", "1080p")]
    found = versions({path: film_name(path) for path in paths})
    assert {path: version.of for path, version in found.items()} == {
        "Movie (2010) 720p cd1.mp4": "Movie (2010) 720p cd1.mp4",
        "Movie (2010) 1080p cd1.mp4": "Movie (2010) 720p cd1.mp4",
        "Movie (2010) 720p cd2.mp4": "Movie (2010) 720p cd2.mp4",
        "Movie (2010) 1080p cd2.mp4": "Movie (2010) 720p cd2.mp4",
    }


def test_the_versions_of_a_film_have_its_title():
    paths = ["Film 4K.mkv", "Film - Director's Cut.mkv"]
    found = versions({path: film_name(path) for path in paths})
    assert [version.name.title for version in found.values()] == ["Film", "Film"]


def test_more_files_than_anybody_could_choose_from_are_no_versions():
    paths = [f"Film.1080p-{number:04}x.mkv" for number in range(MOST + 1)]
    names = {path: film_name(path) for path in paths}
    assert versions(names) == {}
    assert len(versions({path: names[path] for path in paths[1:]})) == MOST
