import pytest

from services.errors import FilmUnreadable
from services.media.description import plausible_description
from services.media.nfo.reading import described

KODI = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<movie>
    <title>Night of the Living Dead</title>
    <originaltitle>Night of Anubis</originaltitle>
    <ratings>
        <rating name="imdb" max="10"><value>7.800000</value><votes>138</votes></rating>
        <rating name="metacritic" max="100" default="true"><value>89</value></rating>
    </ratings>
    <outline>In short.</outline>
    <plot>Seven people hide.

&#x201C;They&#x2019;re coming to get you&#x201D; &amp; &lt;b&gt;more&lt;/b&gt;.</plot>
    <tagline>They won't stay dead!</tagline>
    <runtime>96</runtime>
    <thumb aspect="poster">https://images.example/poster.jpg</thumb>
    <mpaa>Not Rated</mpaa>
    <genre>Horror</genre>
    <genre>Thriller</genre>
    <credits>John A. Russo</credits>
    <credits>George A. Romero</credits>
    <director>George A. Romero</director>
    <premiered>1968-10-04</premiered>
    <year>1968</year>
    <studio>Image Ten</studio>
    <fileinfo><streamdetails><video><codec>h264</codec></video></streamdetails></fileinfo>
    <actor><name>Duane Jones</name><role>Ben</role><order>0</order></actor>
    <actor><name>Judith O'Dea</name><role></role></actor>
    <actor><role>Nobody</role></actor>
    <actor><name>Duane Jones</name><role>Twice</role></actor>
</movie>
https://www.themoviedb.org/movie/10331?a=1&b=2
"""
TOLD = {
    "kind": "film",
    "title": "Night of the Living Dead",
    "original_title": "Night of Anubis",
    "year": 1968,
    "tagline": "They won't stay dead!",
    "plot": "Seven people hide.\n\n“They’re coming to get you” & <b>more</b>.",
    "genres": ["Horror", "Thriller"],
    "directors": ["George A. Romero"],
    "writers": ["John A. Russo", "George A. Romero"],
    "cast": [{"name": "Duane Jones", "role": "Ben"}, {"name": "Judith O'Dea"}],
    "studios": ["Image Ten"],
    "rating": 8.9,
    "certificate": "Not Rated",
    "released": "1968-10-04",
}


def _movie(inside):
    return described(f"<movie>{inside}</movie>".encode())


def test_a_film_is_described_as_kodi_writes_it():
    assert described(KODI.encode()) == TOLD


EPISODE = "<episodedetails><title>{}</title><season>1</season><episode>{}</episode><plot>{}</plot></episodedetails>"


def test_several_episodes_in_a_file_are_described_together():
    content = "".join(
        EPISODE.format(*each) for each in (("Pilot", 1, "It begins."), ("Diversity Day", 2, "It goes on."))
    )
    assert described(content.encode()) == {
        "kind": "episode",
        "title": "Pilot / Diversity Day",
        "season": 1,
        "episode": 1,
        "plot": "It begins.\n\nIt goes on.",
    }


def test_each_may_be_a_document_of_its_own():
    one = '<?xml version="1.0"?>' + EPISODE.format("One", 1, "x")
    assert described((one + "\n" + one.replace("One", "Two")).encode())["title"] == "One / Two"


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<title>A</title>", {"title": "A"}),
        ("<title> A\n  B </title>", {"title": "A B"}),
        ("<title/>", {}),
        ("<title><b>bold</b></title>", {}),
        ("<title><![CDATA[Tom & Jerry]]></title>", {"title": "Tom & Jerry"}),
        ("<title>Tom & Jerry</title>", {"title": "Tom & Jerry"}),
        (f"<title>{'x' * 1000}</title>", {"title": "x" * 200}),
        ("<title>a&#27;[31mb&#x85;c</title>", {"title": "a[31mb c"}),
        ("<Title>A</Title>", {"title": "A"}),
        ("<year>1999</year>", {"year": 1999}),
        ("<year>about 1999</year>", {"year": 1999}),
        ("<year>0</year><premiered>2001-02-03</premiered>", {"year": 2001, "released": "2001-02-03"}),
        ("<year>9999</year>", {}),
        ("<year>-5</year>", {}),
        ("<year><deep>1999</deep></year>", {}),
        ("<premiered>2001-02-31</premiered>", {}),
        ("<premiered>31.12.2001</premiered>", {}),
        ("<premiered>2001-02-03T00:00:00Z</premiered>", {"year": 2001, "released": "2001-02-03"}),
        ("<genre>Drama / Comedy</genre><genre>drama</genre>", {"genres": ["Drama", "Comedy", "drama"]}),
        ("<genre>Science Fiction, Horror</genre>", {"genres": ["Science Fiction", "Horror"]}),
        ("<genre> / </genre>", {}),
        ("<studio>Company, Inc. / Other</studio>", {"studios": ["Company, Inc.", "Other"]}),
        ("<rating>8,7</rating>", {"rating": 8.7}),
        ("<rating>0</rating>", {}),
        ("<rating>nan</rating>", {}),
        ("<rating>1e300</rating>", {}),
        ("<rating>11</rating>", {}),
        ("<ratings><rating max='0'><value>5</value></rating></ratings>", {"rating": 5.0}),
        ("<ratings><rating max='5'><value>4</value></rating></ratings>", {"rating": 8.0}),
        ("<actor><name>A</name></actor>" * 3, {"cast": [{"name": "A"}]}),
        ("<actor>Only text</actor>", {}),
        ("<outline>Short.</outline>", {"plot": "Short."}),
        ("<season>1</season>", {}),
    ],
)
def test_what_is_said_is_taken_and_what_is_not_understood_is_passed_over(inside, told):
    assert _movie(inside) == {"kind": "film", **told}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"https://www.themoviedb.org/movie/603",
        b"\xdb\xdb\xdb\xb0 RELEASE \xb0\xdb\xdb\xdb <<< greetings >>>",
        b"<html><title>Not found</title></html>",
        b"<movie><title>cut off",
        b'<!DOCTYPE movie [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>',
        bytes(range(256)) * 100,
    ],
    ids=["empty", "URL", "release", "HTML", "cut off", "entity", "bytes"],
)
def test_what_describes_nothing_is_refused(content):
    with pytest.raises(FilmUnreadable):
        described(content)


def test_the_longest_description_is_a_plausible_one():
    tags = ("title", "originaltitle", "tagline", "plot", "mpaa", "premiered", "showtitle")
    words = '\U0001f3ac wide <![CDATA[& " ]]>' * 300
    texts = "".join(f"<{tag}>{words}</{tag}>" for tag in tags)
    lists = "".join(
        f"<{tag}>{tag} {number} {'é' * 300}</{tag}>"
        for tag in ("genre", "director", "credits", "studio")
        for number in range(100)
    )
    cast = "".join(f"<actor><name>{number} {'n' * 300}</name><role>{'r' * 300}</role></actor>" for number in range(500))
    told = described(f"<episodedetails>{texts}{lists}{cast}</episodedetails>".encode())
    assert plausible_description(told) == told
    assert len(told["cast"]) == 40
    assert told["plot"].endswith(" …")


def test_the_kind_of_a_series_is_told():
    assert described(b"<tvshow><title>Show</title><season>-1</season></tvshow>") == {"kind": "series", "title": "Show"}
