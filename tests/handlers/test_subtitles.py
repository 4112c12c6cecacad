import asyncio
import gzip
import json
import subprocess

import pytest

from tests.films import put
from tests.needs import need
from tests.real_films import ffmpeg, make_film

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello <i>you</i> & me\n"
LONG_SRT = "".join(f"{n}\n00:00:{n},000 --> 00:00:{n},500\nLine {n}\n\n" for n in range(10, 60))
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello <i>you</i> &amp; me\n"
ASS = r"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Style: Sign,Arial,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:03.00,0:00:04.00,Sign,,0,0,0,,A sign, with commas
"""


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def film_with_subtitles(tmp_path_factory):
    """A Matroska file with a picture in stream 0, English SubRip in stream 1, and German SubStation in stream 2."""
    folder = tmp_path_factory.mktemp("film")
    put(folder, "en.srt", SRT.encode())
    put(folder, "de.ass", ASS.encode())
    inputs = "-f lavfi -i testsrc=d=5:s=64x64:r=5 -i en.srt -i de.ass -map 0 -map 1 -map 2"
    codecs = "-c:v libx264 -c:s:0 srt -c:s:1 ass -metadata:s:1 language=eng -metadata:s:2 language=ger"
    subprocess.run([need("ffmpeg"), *f"-v error {inputs} {codecs} film.mkv".split()], cwd=folder, check=True)
    return (folder / "film.mkv").read_bytes()


async def _subtitles(connection, path):
    """The subtitles in the list for the film at this path, once it is looked into."""
    while True:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        movie = next(movie for movie in movies if movie["path"] == path)
        if movie["state"] != "pending":
            return movie.get("subtitles", [])
        await asyncio.sleep(0.05)


@pytest.mark.gen_test
@pytest.mark.parametrize("name", ["Film", "#?% <script>\n'\"", "caf\udce9", "Film.vtt", "日本"])
async def test_subtitles_beside_a_film_are_served_as_webvtt(connect, films, name):
    put(films, f"a b/{name}.mkv")
    put(films, f"a b/{name}.en.srt", SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(
            connection, f"a b/{name}.mkv".encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        )
        response = await connection.request("GET", told["url"])
    assert told["language"] == "en"
    assert response.status == 200
    assert response.fields["content-type"] == "text/vtt; charset=utf-8"
    assert response.content.decode() == VTT


@pytest.mark.gen_test
async def test_subtitles_in_a_film_are_served_as_webvtt(connect, films, film_with_subtitles):
    put(films, "Film.mkv", film_with_subtitles)
    async with await connect() as connection:
        told = await _subtitles(connection, "Film.mkv")
        contents = [(await connection.request("GET", each["url"])).content.decode() for each in told]
    assert [(each["language"], each["embedded"]) for each in told] == [("en", True), ("de", True)]
    assert [each["url"].split("?")[0] for each in told] == ["/subtitles/Film.mkv/t1.vtt", "/subtitles/Film.mkv/t2.vtt"]
    assert contents == [VTT, "WEBVTT\n\n00:00:03.000 --> 00:00:04.000 line:0\nA sign, with commas\n"]


@pytest.mark.gen_test
async def test_subtitles_of_a_named_version_are_never_asked_for_again(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.srt", SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        address, version = told["url"].split("?v=")
        named = await connection.request("GET", f"{address}?v={version}&offset=1")
        unnamed = await connection.request("GET", address)
        other = await connection.request("GET", f"{address}?v=other")
        again = await connection.request("GET", address, f"If-None-Match: {unnamed.fields['etag']}")
    assert named.fields["cache-control"] == "public, max-age=31536000, immutable"
    assert unnamed.fields["cache-control"] == other.fields["cache-control"] == "no-cache"
    assert again.status == 304


@pytest.mark.gen_test
async def test_a_change_of_the_file_is_served_under_a_new_address(connect, films):
    put(films, "Film.mkv")
    file = put(films, "Film.srt", SRT.encode())
    async with await connect() as connection:
        (before,) = await _subtitles(connection, "Film.mkv")
        await connection.request("GET", before["url"])
        file.write_text(SRT.replace("Hello", "Bye"), "utf-8")
        while (after := (await _subtitles(connection, "Film.mkv"))[0]["url"]) == before["url"]:
            await asyncio.sleep(0.05)
        response = await connection.request("GET", after)
    assert response.content.decode() == VTT.replace("Hello", "Bye")


@pytest.mark.gen_test
@pytest.mark.parametrize("name", ["Film.sub", "Film.srt"])
async def test_subtitles_that_count_frames_are_asked_for_again_when_the_rate_of_the_film_may_be_another(
    connect, films, tmp_path, name
):
    """Their address names the version of their own file, not that of the film."""
    answers = []
    put(films, name, b"{48}{96}Hello\n")
    async with await connect() as connection:
        for rate in ("12", "24"):
            film = make_film(tmp_path / "film.mp4", "-r", rate, "-bf", "0")
            put(films, "Film.mp4", film.read_bytes())
            while True:
                (movie,) = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
                if movie.get("video", {}).get("frame_rate") == float(rate):
                    break
                await asyncio.sleep(0.05)
            url = movie["subtitles"][0]["url"]
            answer = await connection.request("GET", url)
            answers.append((url, answer.fields["cache-control"], answer.content.decode().splitlines()[2]))
    (first, *told), (second, *told_later) = answers
    assert first == second
    assert told == ["no-cache", "00:00:04.000 --> 00:00:08.000"]
    assert told_later == ["no-cache", "00:00:02.000 --> 00:00:04.000"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("offset", "times"),
    [
        ("2.25", "00:00:03.250 --> 00:00:04.750"),
        ("-0.5", "00:00:00.500 --> 00:00:02.000"),
        ("0", "00:00:01.000 --> 00:00:02.500"),
        ("3600", "01:00:01.000 --> 01:00:02.500"),
    ],
)
async def test_subtitles_are_shifted_by_an_offset(connect, films, offset, times):
    put(films, "Film.mkv")
    put(films, "Film.srt", SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        response = await connection.request("GET", f"{told['url']}&offset={offset}")
    assert response.content.decode().splitlines()[2] == times


@pytest.mark.gen_test
async def test_subtitles_are_sent_compressed_to_who_takes_that(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.srt", LONG_SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        plain = await connection.request("GET", told["url"])
        compressed = await connection.request("GET", told["url"], "Accept-Encoding: br, gzip")
        head = await connection.request("HEAD", told["url"], "Accept-Encoding: gzip")
        shifted = await connection.request("GET", f"{told['url']}&offset=1", "Accept-Encoding: gzip")
        again = await connection.request("GET", told["url"], f"If-None-Match: {compressed.fields['etag']}")
    assert "content-encoding" not in plain.fields
    assert compressed.fields["content-encoding"] == head.fields["content-encoding"] == "gzip"
    assert plain.fields["vary"] == compressed.fields["vary"] == "Accept-Encoding"
    assert gzip.decompress(compressed.content) == plain.content
    assert len(compressed.content) < len(plain.content)
    assert plain.fields["etag"] != compressed.fields["etag"]
    assert "content-encoding" not in shifted.fields
    assert len(shifted.content) == len(plain.content)
    assert again.status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("query", ["", "&offset=3600", "&offset=-0.25"])
async def test_parts_of_subtitles_are_parts_of_the_whole(connect, films, query):
    put(films, "Film.mkv")
    put(films, "Film.srt", LONG_SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        whole = await connection.request("GET", f"{told['url']}{query}")
        for first, last in ((0, 0), (7, 30), (20, 25), (100, 150)):
            part = await connection.request("GET", f"{told['url']}{query}", f"Range: bytes={first}-{last}")
            assert (part.status, part.content) == (206, whole.content[first : last + 1])
            assert part.fields["etag"] == whole.fields["etag"]


@pytest.mark.gen_test
async def test_webvtt_beside_a_film_has_hours_so_that_it_can_be_shifted(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000 line:0\nHello\n")
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        plain = await connection.request("GET", told["url"])
        shifted = await connection.request("GET", f"{told['url']}&offset=3600")
    assert plain.content == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\nHello\n"
    assert shifted.content == b"WEBVTT\n\n01:00:01.000 --> 01:00:02.000 line:0\nHello\n"


@pytest.mark.gen_test
@pytest.mark.parametrize("offset", ["x", "nan", "inf", "-inf", "1e9", "", "1,5"])
async def test_an_offset_that_is_none_is_refused(connect, films, offset):
    put(films, "Film.mkv")
    put(films, "Film.srt", SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        assert (await connection.request("GET", f"{told['url']}&offset={offset}")).status == 400


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "content", [b"\x00" * 100, b"no subtitles", b"1\n" + b"x" * (4 * 2**20)], ids=["zeros", "text", "long"]
)
async def test_what_is_no_subtitles_is_said_to_be_none(connect, films, content):
    put(films, "Film.mkv")
    put(films, "Film.srt", content)
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        response = await connection.request("GET", told["url"])
    assert (response.status, response.content) == (422, b"422 Unprocessable Entity\n")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "target",
    ["Film.mkv/t0.vtt", "Film.mkv/t99.vtt", "Film.mkv/none.vtt", "None.mkv/t1.vtt", "../Film.srt/t1.vtt", "t1.vtt"],
)
async def test_subtitles_that_are_not_listed_are_not_found(connect, films, film_with_subtitles, target):
    put(films, "Film.mkv", film_with_subtitles)
    async with await connect() as connection:
        await _subtitles(connection, "Film.mkv")
        assert (await connection.request("GET", f"/subtitles/{target}")).status == 404


@pytest.mark.gen_test
async def test_players_of_hls_are_told_where_second_0_is(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.srt", SRT.encode())
    async with await connect() as connection:
        (told,) = await _subtitles(connection, "Film.mkv")
        plain = await connection.request("GET", told["url"])
        mapped = await connection.request("GET", f"{told['url']}&mpegts=11250", "Accept-Encoding: gzip")
        part = await connection.request("GET", f"{told['url']}&mpegts=11250", "Range: bytes=5-99")
        refused = [await connection.request("GET", f"{told['url']}&mpegts={bad}") for bad in ("-1", "x", "9" * 13)]
    assert mapped.content.decode() == VTT.replace("\n", "\nX-TIMESTAMP-MAP=MPEGTS:11250,LOCAL:00:00:00.000\n", 1)
    assert (part.status, part.content) == (206, mapped.content[5:100])
    assert mapped.fields["etag"] != plain.fields["etag"]
    assert "content-encoding" not in mapped.fields
    assert mapped.fields["cache-control"] == "public, max-age=31536000, immutable"
    assert [each.status for each in refused] == [400, 400, 400]


@pytest.mark.gen_test
async def test_styled_subtitles_beside_a_film_are_served_as_they_are_too(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.fr.ass", ASS.replace("A sign", "Déjà").encode("cp1252"))
    put(films, "Film.en.srt", SRT.encode())
    async with await connect() as connection:
        plain, styled = await _subtitles(connection, "Film.mkv")
        assert (styled["styled"], "styled" in plain) == (True, False)
        answer = await connection.request("GET", styled["url"].replace(".vtt", ".ass"))
        assert answer.fields["content-type"] == "text/x-ssa; charset=utf-8"
        assert answer.fields["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content.decode() == ASS.replace("A sign", "Déjà")
        packed = await connection.request("GET", styled["url"].replace(".vtt", ".ass"), "Accept-Encoding: gzip")
        assert gzip.decompress(packed.content) == answer.content
        assert (await connection.request("GET", plain["url"].replace(".vtt", ".ass"))).status == 404


@pytest.mark.gen_test
async def test_styled_subtitles_may_have_no_words_and_no_others_are_taken_for_them(connect, films):
    put(films, "Film.mkv")
    put(films, "Film.de.ass", SRT.encode())
    put(films, "Film.en.ass", ASS.replace("A sign, with commas", r"{\p1}m 0 0 l 9 0 9 9").encode())
    async with await connect() as connection:
        urls = [told["url"] for told in await _subtitles(connection, "Film.mkv")]
        as_text = [(await connection.request("GET", url)).status for url in urls]
        styled = [(await connection.request("GET", url.replace(".vtt", ".ass"))).status for url in urls]
    assert (as_text, styled) == ([200, 422], [422, 200])


@pytest.mark.gen_test
async def test_styled_subtitles_in_a_film_are_served_with_its_fonts_too(connect, films, film_with_subtitles, tmp_path):
    put(tmp_path, "film.mkv", film_with_subtitles)
    fonts = [put(tmp_path, f"{name}.ttf", content) for name, content in (("a", b"\0\1\0\0font"), ("b", b"<html>"))]
    attached = [word for file in fonts for word in ("-attach", str(file))]
    types = ("-metadata:s:t", "mimetype=application/x-truetype-font")
    ffmpeg("-i", str(tmp_path / "film.mkv"), "-map", "0", "-c", "copy", *attached, *types, str(films / "Film.mkv"))
    async with await connect() as connection:
        plain, styled = await _subtitles(connection, "Film.mkv")
        assert (styled["styled"], "styled" in plain) == (True, False)
        answer = await connection.request("GET", styled["url"].replace(".vtt", ".ass"))
        content = answer.content.decode()
        assert "Style: Sign,Arial,20," in content
        assert "\n[Fonts]\nfontname: font0_0.ttf\n!!%!!':P<H1\n\n[Events]\n" in content
        assert content.endswith("\nDialogue: 0,0:00:03.00,0:00:04.00,Sign,,0,0,0,,A sign, with commas\n")
        assert "A sign" in (await connection.request("GET", styled["url"])).content.decode()
        assert (await connection.request("GET", plain["url"].replace(".vtt", ".ass"))).status == 404
