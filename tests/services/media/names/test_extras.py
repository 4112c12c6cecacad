import pytest

from services.media.names.extras import films_of_extras
from services.media.names.film_name import film_name


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["Film.mkv"], {}),
        (["Film.mkv", "Film-trailer.mkv"], {"Film-trailer.mkv": "Film.mkv"}),
        (["a/Film.mkv", "a/trailers/Teaser.mkv"], {"a/trailers/Teaser.mkv": "a/Film.mkv"}),
        (["Up (2009)/Up.mkv", "Up (2009)/scenes/x.mkv"], {"Up (2009)/scenes/x.mkv": "Up (2009)/Up.mkv"}),
        (["Film.mkv", "Other.mkv", "Other-trailer.mkv"], {"Other-trailer.mkv": "Other.mkv"}),
        (["Film.mkv", "Other.mkv", "Third-trailer.mkv"], {}),
        (["Up (2009) - 720p.mkv", "Up (2009) - 4K.mkv", "Up-trailer.mkv"], {"Up-trailer.mkv": "Up (2009) - 4K.mkv"}),
        (["a/Film-trailer.mkv"], {}),
        (
            ["Dune (1984).mkv", "Dune (2021).mkv", "Dune (2021)-trailer.mkv"],
            {"Dune (2021)-trailer.mkv": "Dune (2021).mkv"},
        ),
        (["Dune (1984).mkv", "Up.mkv", "Dune (2021)-trailer.mkv"], {}),
        (
            ["a/It.1990.1080p.mkv", "a/It.2017.1080p.mkv", "a/trailers/It.2017.mkv"],
            {"a/trailers/It.2017.mkv": "a/It.2017.1080p.mkv"},
        ),
        (
            ["a\udce8.mkv", "a\udce9.mkv", "a\udce8-trailer.mkv", "a\udce9-trailer.mkv"],
            dict([("a\udce8-trailer.mkv", "a\udce8.mkv"), ("a\udce9-trailer.mkv", "a\udce9.mkv")]),
        ),
        (["b/Film.mkv", "a/Film-trailer.mkv"], {}),
    ],
)
def test_an_extra_belongs_to_the_film_beside_it(paths, expected):
    assert films_of_extras({path: film_name(path) for path in paths}) == expected
