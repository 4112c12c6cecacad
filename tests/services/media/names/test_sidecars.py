import pytest

import services.media.names.sidecars
from services.media.names.film_name import film_name
from services.media.names.sidecars import Sidecars, SubtitleFile, is_sidecar
from services.media.names.versions import versions


def sidecars(films, others):
    names = {film: film_name(film) for film in films}
    return services.media.names.sidecars.sidecars(names, versions(names), others)


HD_AND_4K = ["F (2010)/F (2010) - 1080p.mkv", "F (2010)/F (2010) - 4K.mkv"]


def _subtitles(films, others):
    """{film: [paths of its subtitles]}, of those that have any."""
    return {
        film: [subtitle.path for subtitle in found.subtitles]
        for film, found in sidecars(films, others).items()
        if found.subtitles
    }


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Film.srt", True),
        ("Film.EN.SRT", True),
        ("Other.vtt", True),
        ("Film.ass", True),
        ("Film.ssa", True),
        ("Film.sub", True),
        ("Film.sup", True),
        ("Film.idx", True),  # then the .sub beside it has pictures
        ("poster.jpg", True),
        ("Folder.JPEG", True),
        ("cover.png", True),
        ("movie.webp", True),
        ("Other-poster.jpg", True),
        ("Film.jpg", True),
        ("IMG_1234.JPG", True),
        ("IMG_1235.JPG", False),
        ("Film (2010).jpg", True),  # of versions: Film (2010) - 1080p.mkv
        ("Show.S01E01.jpg", True),
        ("Other.nfo", True),
        ("TVSHOW.NFO", True),
        ("fanart.jpg", True),
        ("Backdrop.PNG", True),
        ("landscape.webp", True),
        ("clearlogo.png", True),
        ("Film (2010)-fanart.jpg", True),
        ("clearlogo.svg", False),
        ("fanart-of-mine.jpg", False),
        ("Film.gif", False),
        ("Film.mkv", False),
        ("Film.txt", False),
        ("srt", False),
    ],
)
def test_subtitles_and_pictures_that_are_named_for_a_film_may_be_sidecars(name, is_one):
    assert is_sidecar(name, {"Film.mkv", "IMG_1234.MOV"}) is is_one


@pytest.mark.parametrize(
    ("path", "language", "label", "forced", "hearing_impaired", "default"),
    [
        ("Film.srt", None, None, False, False, False),
        ("Film.en.srt", "en", None, False, False, False),
        ("Film.EN.srt", "en", None, False, False, False),
        ("Film.eng.srt", "en", None, False, False, False),
        ("Film.1.eng.srt", "en", None, False, False, False),
        ("Film.2.ger.forced.srt", "de", None, True, False, False),
        ("Film.2.srt", None, "2", False, False, False),
        ("Film.ger.srt", "de", None, False, False, False),
        ("Film.English.srt", "en", None, False, False, False),
        ("Film.Deutsch.srt", "de", None, False, False, False),
        ("Film.pt-BR.srt", "pt-BR", None, False, False, False),
        ("Film.pt_br.srt", "pt-BR", None, False, False, False),
        ("Film.pob.srt", "pt-BR", None, False, False, False),
        ("Film.zh-Hant.srt", "zh-Hant", None, False, False, False),
        ("Film.es-419.srt", "es-419", None, False, False, False),
        ("Film.en.forced.ass", "en", None, True, False, False),
        ("Film.forced.en.ass", "en", None, True, False, False),
        ("Film.de.sdh.vtt", "de", None, False, True, False),
        ("Film.de.cc.vtt", "de", None, False, True, False),
        ("Film.hi.srt", "hi", None, False, False, False),
        ("Film.en.hi.srt", "en", None, False, True, False),
        ("Film.default.en.srt", "en", None, False, False, True),
        ("Film.en.Commentary.srt", "en", "Commentary", False, False, False),
        ("Film.Director's Commentary.en.srt", "en", "Director's Commentary", False, False, False),
        ("Film-en.srt", "en", None, False, False, False),
        ("Film_en.srt", "en", None, False, False, False),
        ("Film.und.srt", None, None, False, False, False),
        ("Subs/2_English.srt", "en", None, False, False, False),
        ("Subs/Film/2_English.srt", "en", None, False, False, False),
        ("Subs/Film/3_English SDH.srt", "en", None, False, True, False),
        ("Subs/Film.en.srt", "en", None, False, False, False),
        ("Subtitles/English (Forced).srt", "en", None, True, False, False),
        ("subs/4_Brazilian Portuguese.srt", "pt-BR", None, False, False, False),
        ("English.srt", "en", None, False, False, False),
        ("en.srt", "en", None, False, False, False),
    ],
)
def test_a_subtitle_file_tells_its_language_and_its_kind(path, language, label, forced, hearing_impaired, default):
    (found,) = sidecars(["Film.mkv"], [path])["Film.mkv"].subtitles
    assert found == SubtitleFile(path, found.key, language, label, forced, hearing_impaired, default)


@pytest.mark.parametrize(
    ("films", "others", "expected"),
    [
        (["a/Film.mkv"], ["a/Film.srt", "b/Film.srt", "Film.srt"], {"a/Film.mkv": ["a/Film.srt"]}),
        (["Film.mkv"], ["FILM.en.SRT"], {"Film.mkv": ["FILM.en.SRT"]}),
        (["Fil\u0301m.mkv"], ["F\u00edlm.srt"], {}),
        (["Fi\u0301lm.mkv"], ["F\u00edlm.srt"], {"Fi\u0301lm.mkv": ["F\u00edlm.srt"]}),  # macOS decomposes names
        (["Film.mkv", "Film 2.mkv"], ["Film 2.srt"], {"Film 2.mkv": ["Film 2.srt"]}),
        (["Film.mkv", "Film.Two.mkv"], ["Film.Two.en.srt"], {"Film.Two.mkv": ["Film.Two.en.srt"]}),
        (["Film.mkv"], ["Filmography.srt"], {}),
        (["Film.mkv", "Film.mp4"], ["Film.srt"], {"Film.mkv": ["Film.srt"], "Film.mp4": ["Film.srt"]}),
        (["Film.mkv", "Other.mkv"], ["English.srt"], {}),
        (["Film.mkv"], ["Something else.srt"], {}),
        (["Film.mkv", "Film-trailer.mkv"], ["Subs/2_English.srt"], {"Film.mkv": ["Subs/2_English.srt"]}),
        (["A.mkv", "B.mkv"], ["Subs/2_English.srt"], {}),
        (["A.mkv", "B.mkv"], ["Subs/B.en.srt"], {"B.mkv": ["Subs/B.en.srt"]}),
        (["A.mkv", "B.mkv"], ["Subs/A/2_English.srt"], {"A.mkv": ["Subs/A/2_English.srt"]}),
        (["Film.mkv"], ["Subs/deep/er/English.srt"], {}),
        (["Film.mkv"], ["Film.sub", "Film.idx"], {}),
        (["Film.mkv"], ["Film.sub"], {"Film.mkv": ["Film.sub"]}),
        (["caf\udce9.mkv"], ["caf\udce9.en.srt"], {"caf\udce9.mkv": ["caf\udce9.en.srt"]}),
        (["Film.mkv"], ["Film.fr.srt", "Film.en.srt"], {"Film.mkv": ["Film.en.srt", "Film.fr.srt"]}),
        # A file that is named for a film goes with all of its versions:
        (HD_AND_4K, ["F (2010)/F (2010).zh-Hans.srt"], {key: ["F (2010)/F (2010).zh-Hans.srt"] for key in HD_AND_4K}),
        (HD_AND_4K, ["F (2010)/F.en.srt"], {key: ["F (2010)/F.en.srt"] for key in HD_AND_4K}),
        (HD_AND_4K, ["F (2010)/F.2010.srt"], {key: ["F (2010)/F.2010.srt"] for key in HD_AND_4K}),
        (HD_AND_4K, ["F (2010)/English.srt"], {key: ["F (2010)/English.srt"] for key in HD_AND_4K}),
        (HD_AND_4K, ["F (2010)/Subs/2_English.srt"], {key: ["F (2010)/Subs/2_English.srt"] for key in HD_AND_4K}),
        (["F.mkv", "F 4K.mkv"], ["F.en.srt"], {"F.mkv": ["F.en.srt"], "F 4K.mkv": ["F.en.srt"]}),
        (["F.720p.mp4", "F.1080p.mp4"], ["F.srt"], {"F.720p.mp4": ["F.srt"], "F.1080p.mp4": ["F.srt"]}),
        (
            ["S S01E01 720p.mkv", "S S01E01.mkv"],
            ["S S01E01.srt"],
            {key: ["S S01E01.srt"] for key in ["S S01E01 720p.mkv", "S S01E01.mkv"]},
        ),
        # A file that is named for one version, or for another film, goes only with that:
        (HD_AND_4K, ["F (2010)/F (2010) - 4K.en.srt"], {HD_AND_4K[1]: ["F (2010)/F (2010) - 4K.en.srt"]}),
        (["F.mkv", "F 4K.mkv"], ["F 4K.en.srt"], {"F 4K.mkv": ["F 4K.en.srt"]}),
        ([*HD_AND_4K, "F (2010)/G.mkv"], ["F (2010)/G.srt"], {"F (2010)/G.mkv": ["F (2010)/G.srt"]}),
        ([*HD_AND_4K, "F (2010)/G.mkv"], ["F (2010)/English.srt"], {}),
        (["F cd1 720p.mkv", "F cd1 4K.mkv", "F cd2 720p.mkv"], ["F.srt"], {}),
    ],
)
def test_a_subtitle_file_belongs_to_the_film_of_its_name(films, others, expected):
    assert _subtitles(films, others) == expected


def test_subtitles_that_are_pictures_are_told_apart():
    others = ["Film.de.sup", "Film.EN.idx", "Film.en.sub", "Film.fr.sub", "Other.idx"]
    found = sidecars(["Film.mkv"], others)["Film.mkv"]
    assert [(each.path, each.language, each.index) for each in found.image_subtitles] == [
        ("Film.de.sup", "de", None),
        ("Film.en.sub", "en", "Film.EN.idx"),
    ]
    assert [each.path for each in found.subtitles] == ["Film.fr.sub"]


def test_each_subtitle_file_has_a_key_of_its_own_that_stays():
    others = ["Film.en.srt", "Film.fr.srt", "Film.srt", "caf\udce9/../\n.srt"]
    first, second, third = sidecars(["Film.mkv"], others)["Film.mkv"].subtitles
    assert len({first.key, second.key, third.key}) == 3
    assert all(key.isalnum() and key.isascii() for key in (first.key, second.key, third.key))
    assert sidecars(["Film.mkv"], ["Film.en.srt"])["Film.mkv"].subtitles[0].key == first.key


@pytest.mark.parametrize(
    ("films", "others", "poster"),
    [
        (["Film.mkv"], [], None),
        (["Film.mkv"], ["poster.jpg"], "poster.jpg"),
        (["a/Film.mkv"], ["a/Folder.JPG"], "a/Folder.JPG"),
        (["Film.mkv"], ["cover.png"], "cover.png"),
        (["Film.mkv"], ["movie.webp"], "movie.webp"),
        (["Film.mkv"], ["Film.jpg"], "Film.jpg"),
        (["Film.mkv"], ["Film-poster.jpg"], "Film-poster.jpg"),
        (["Film.mkv"], ["Film-thumb.jpg"], "Film-thumb.jpg"),
        (["Film.mkv"], ["Film.jpg", "poster.jpg", "Film-poster.jpg", "folder.jpg"], "Film-poster.jpg"),
        (["Film.mkv"], ["folder.jpg", "poster.jpg"], "poster.jpg"),
        (["Film.mkv"], ["Film-fanart.jpg", "fanart.jpg", "Film-logo.png", "Holiday.jpg", "b/poster.jpg"], None),
        (["Film.mkv", "Film-trailer.mkv"], ["poster.jpg"], "poster.jpg"),
        (["Film.mkv", "Other.mkv"], ["poster.jpg"], None),
        (["Film.mkv", "Other.mkv"], ["Film.jpg"], "Film.jpg"),
        (["a/poster.mkv"], ["poster.jpg"], None),
        (HD_AND_4K, ["F (2010)/poster.jpg"], "F (2010)/poster.jpg"),
        (HD_AND_4K, ["F (2010)/F (2010).jpg"], "F (2010)/F (2010).jpg"),
        (HD_AND_4K, ["F (2010)/F (2010)-poster.jpg", "F (2010)/F (2010) - 1080p.jpg"], "F (2010)/F (2010) - 1080p.jpg"),
        (HD_AND_4K, ["F (2010)/F (2010) - 4K.jpg"], None),
    ],
)
def test_a_poster_is_named_like_its_film_or_stands_beside_it_alone(films, others, poster):
    assert sidecars(films, others).get(films[0], Sidecars()).poster == poster


SHOW = ["Show/Season 1/Show S01E01.mkv", "Show/Season 1/Show S01E02.mkv"]


def _each(films, told):
    return {film: told for film in films}


def _nfos(films, others):
    """{film: (its .nfo, its series')}, of those that have any."""
    found = {film: (beside.nfo, beside.series_nfo) for film, beside in sidecars(films, others).items()}
    return {film: nfos for film, nfos in found.items() if any(nfos)}


@pytest.mark.parametrize(
    ("films", "others", "nfos"),
    [
        (["F.mkv", "G.mkv"], ["F.nfo", "H.nfo"], {"F.mkv": ("F.nfo", None)}),
        (["F.mkv"], ["f.NFO"], {"F.mkv": ("f.NFO", None)}),
        (["F/F.mkv"], ["F/movie.nfo"], {"F/F.mkv": ("F/movie.nfo", None)}),
        (["F/F.mkv"], ["F/movie.nfo", "F/F.nfo"], {"F/F.mkv": ("F/F.nfo", None)}),
        (["F/F.mkv", "F/F-trailer.mkv"], ["F/movie.nfo"], {"F/F.mkv": ("F/movie.nfo", None)}),
        (["F.mkv", "G.mkv"], ["movie.nfo"], {}),
        (["F/F.mkv"], ["movie.nfo", "F/release-group.nfo"], {}),
        (HD_AND_4K, ["F (2010)/F (2010).nfo"], dict.fromkeys(HD_AND_4K, ("F (2010)/F (2010).nfo", None))),
        (HD_AND_4K, ["F (2010)/movie.nfo"], dict.fromkeys(HD_AND_4K, ("F (2010)/movie.nfo", None))),
        (HD_AND_4K, ["F (2010)/F (2010) - 4K.nfo"], {HD_AND_4K[1]: ("F (2010)/F (2010) - 4K.nfo", None)}),
        (SHOW, ["Show/tvshow.nfo"], dict.fromkeys(SHOW, (None, "Show/tvshow.nfo"))),
        (SHOW, ["tvshow.nfo", "Show/tvshow.nfo"], dict.fromkeys(SHOW, (None, "Show/tvshow.nfo"))),
        (SHOW, ["Show/Season 1/Show S01E01.nfo"], {SHOW[0]: ("Show/Season 1/Show S01E01.nfo", None)}),
        ([*SHOW, "Show/Film.mkv"], ["Show/tvshow.nfo"], dict.fromkeys(SHOW, (None, "Show/tvshow.nfo"))),
        (SHOW, ["Other/tvshow.nfo", "Sh/tvshow.nfo"], {}),
        (["D/VIDEO_TS.mkv"], ["D/tvshow.nfo"], {}),
        (["D/D.iso"], ["D/VIDEO_TS/VIDEO_TS.nfo"], {"D/D.iso": ("D/VIDEO_TS/VIDEO_TS.nfo", None)}),
        (["D/D.iso"], ["D/BDMV/index.nfo", "D/movie.nfo"], {"D/D.iso": ("D/BDMV/index.nfo", None)}),
        (["D/D.iso"], ["D/index.nfo"], {}),
    ],
)
def test_an_nfo_is_about_the_film_of_its_name_of_its_folder_or_about_the_series_above(films, others, nfos):
    assert _nfos(films, others) == nfos


def _artwork(films, others):
    """{film: its artwork}, of those that have any."""
    return {film: dict(beside.artwork) for film, beside in sidecars(films, others).items() if beside.artwork}


@pytest.mark.parametrize(
    ("films", "others", "artwork"),
    [
        (["F/F.mkv"], ["F/fanart.jpg"], {"F/F.mkv": {"backdrop": "F/fanart.jpg"}}),
        (
            ["F/F.mkv"],
            ["F/Backdrop.JPEG", "F/logo.png"],
            {"F/F.mkv": {"backdrop": "F/Backdrop.JPEG", "logo": "F/logo.png"}},
        ),
        (["F/F.mkv"], ["F/backdrop.png", "F/fanart.webp"], {"F/F.mkv": {"backdrop": "F/fanart.webp"}}),
        (["F/F.mkv"], ["F/fanart.jpg", "F/F-fanart.jpg"], {"F/F.mkv": {"backdrop": "F/F-fanart.jpg"}}),
        (["F.mkv", "G.mkv"], ["F-clearlogo.png"], {"F.mkv": {"logo": "F-clearlogo.png"}}),
        (["F.mkv", "G.mkv"], ["fanart.jpg"], {}),
        (["F/F.mkv", "F/trailers/T.mkv"], ["F/landscape.jpg"], {"F/F.mkv": {"landscape": "F/landscape.jpg"}}),
        (HD_AND_4K, ["F (2010)/fanart.jpg"], _each(HD_AND_4K, {"backdrop": "F (2010)/fanart.jpg"})),
        (SHOW, ["Show/fanart.jpg"], _each(SHOW, {"backdrop": "Show/fanart.jpg"})),
        (
            SHOW,
            ["Show/fanart.jpg", "Show/Season 1/fanart.jpg"],
            _each(SHOW, {"backdrop": "Show/Season 1/fanart.jpg"}),
        ),
        (
            SHOW,
            ["Show/fanart.jpg", "Show/Season 1/Show S01E01-fanart.jpg"],
            {SHOW[0]: {"backdrop": "Show/Season 1/Show S01E01-fanart.jpg"}, SHOW[1]: {"backdrop": "Show/fanart.jpg"}},
        ),
        (
            SHOW,
            ["Show/poster.jpg", "Show/Season 1/poster.jpg"],
            _each(SHOW, {"series-poster": "Show/poster.jpg"}),
        ),
        ([*SHOW, "Other S01E01.mkv", "Other S01E02.mkv"], ["fanart.jpg"], {}),
        ([*SHOW, "Show/Film (1999).mkv", "Show/Film (2001).mkv"], ["Show/fanart.jpg"], {}),
    ],
)
def test_artwork_is_of_the_film_of_its_name_of_its_folder_or_of_the_series_below(films, others, artwork):
    assert _artwork(films, others) == artwork
