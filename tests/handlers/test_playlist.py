import os

import pytest

from services.networks import networks
from tests.films import put


async def _playlist(connect, target, *fields):
    """The answer to a request with only these fields."""
    async with await connect() as connection:
        await connection.send("".join(f"{line}\r\n" for line in (f"GET {target} HTTP/1.1", *fields, "")).encode())
        return await connection.response()


@pytest.mark.gen_test
async def test_a_playlist_has_all_films_with_their_whole_addresses(connect, films):
    put(films, "The.Matrix.1999.1080p.mkv")
    put(films, "Show/Season 1/S01E02 Pilot.mkv")
    response = await _playlist(connect, "/playlist.m3u", "Host: films.example:8000")
    assert response.status == 200
    assert response.fields["content-type"] == "audio/x-mpegurl; charset=utf-8"
    assert response.content.decode() == (
        "#EXTM3U\n"
        "#EXTINF:-1,Show S01E02 Pilot\n"
        "http://films.example:8000/videos/Show/Season%201/S01E02%20Pilot.mkv\n"
        "#EXTINF:-1,The Matrix (1999)\n"
        "http://films.example:8000/videos/The.Matrix.1999.1080p.mkv\n"
    )


@pytest.mark.gen_test
async def test_a_playlist_may_be_of_one_film(connect, films):
    put(films, "a b/Amélie #1 & 2.mp4")
    put(films, "other.mp4")
    response = await _playlist(connect, "/playlist.m3u?film=a%20b/Am%C3%A9lie%20%231%20%26%202.mp4", "Host: h")
    assert response.content.decode() == (
        "#EXTM3U\n#EXTINF:-1,Amélie #1 & 2\nhttp://h/videos/a%20b/Am%C3%A9lie%20%231%20%26%202.mp4\n"
    )
    assert response.fields["content-disposition"] == ("attachment; filename*=UTF-8''Am%C3%A9lie%20%231%20%26%202.m3u")


@pytest.mark.gen_test
async def test_a_playlist_of_a_disc_has_all_of_its_files_in_order(connect, films):
    for number in (2, 1, 3):
        put(films, f"Gandhi/VIDEO_TS/VTS_01_{number}.VOB", bytes(9))
    response = await _playlist(connect, "/playlist.m3u?film=Gandhi/VIDEO_TS/VTS_01_1.VOB", "Host: h")
    assert [line for line in response.content.decode().splitlines() if line.startswith("http")] == [
        f"http://h/videos/Gandhi/VIDEO_TS/VTS_01_{number}.VOB" for number in (1, 2, 3)
    ]


@pytest.mark.gen_test
async def test_a_playlist_may_be_of_one_series_wherever_its_episodes_are(connect, films):
    for name in ("A/Show S01E01.mkv", "A/Other S01E01.mkv", "B/Show S01E02.mkv", "Film.mkv"):
        put(films, name)
    response = await _playlist(connect, "/playlist.m3u?series=Show", "Host: h")
    assert [line for line in response.content.decode().splitlines() if line.startswith("http")] == [
        "http://h/videos/A/Show%20S01E01.mkv",
        "http://h/videos/B/Show%20S01E02.mkv",
    ]
    assert response.fields["content-disposition"] == "attachment; filename*=UTF-8''Show.m3u"
    assert (await _playlist(connect, "/playlist.m3u?series=None", "Host: h")).status == 404


@pytest.mark.gen_test
async def test_names_with_control_characters_are_asked_for_as_they_are(connect, films):
    put(films, "a\x01\t/b\x02.mp4")
    for target in ("?film=a%01%09/b%02.mp4", "?folder=a%01%09"):
        response = await _playlist(connect, f"/playlist.m3u{target}", "Host: h")
        assert response.content.decode().splitlines()[-1] == "http://h/videos/a%01%09/b%02.mp4"


@pytest.mark.gen_test
async def test_a_playlist_of_a_folder_has_what_is_in_and_below_it(connect, films):
    for path in ("Show/1.mp4", "Show/more/2.mp4", "Show 2/3.mp4", "4.mp4"):
        put(films, path)
    response = await _playlist(connect, "/playlist.m3u?folder=Show", "Host: h")
    assert [line for line in response.content.decode().splitlines() if line.startswith("http")] == [
        "http://h/videos/Show/1.mp4",
        "http://h/videos/Show/more/2.mp4",
    ]
    assert response.fields["content-disposition"] == "attachment; filename*=UTF-8''Show.m3u"


@pytest.mark.gen_test
async def test_trailers_are_not_played_between_films(connect, films):
    put(films, "Film.mp4")
    put(films, "Film-trailer.mp4")
    whole = await _playlist(connect, "/playlist.m3u", "Host: h")
    one = await _playlist(connect, "/playlist.m3u?film=Film-trailer.mp4", "Host: h")
    assert whole.content == b"#EXTM3U\n#EXTINF:-1,Film\nhttp://h/videos/Film.mp4\n"
    assert one.content == b"#EXTM3U\n#EXTINF:-1,Film (trailer)\nhttp://h/videos/Film-trailer.mp4\n"


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1")])
@pytest.mark.parametrize(
    ("fields", "origin"),
    [
        (["Host: 192.168.1.2:8000"], "http://192.168.1.2:8000"),
        (["Host: [fe80::1]:8000"], "http://[fe80::1]:8000"),
        (["Host: films.example", "X-Forwarded-Proto: https"], "https://films.example"),
        (["Host: films.example", "X-Forwarded-Proto: http, https"], "https://films.example"),
        (["Host: films.example", "X-Forwarded-Proto: javascript"], "http://films.example"),
        (["Host: films.example", "X-Forwarded-Prefix: /our/films/"], "http://films.example/our/films"),
        (["Host: films.example", "X-Forwarded-Prefix: @evil.example"], "http://films.example"),
        (["Host: films.example", "X-Forwarded-Prefix: /"], "http://films.example"),
        (["Host: localhost", "X-Forwarded-Host: films.example:8080"], "http://films.example:8080"),
        (["Host: localhost", "X-Forwarded-Host: evil.example, films.example"], "http://films.example"),
        (["Host: localhost", "Forwarded: for=1.2.3.4;proto=https;host=films.example"], "https://films.example"),
        (["Host: localhost:8000", "X-Forwarded-Host: @evil.example"], "http://localhost:8000"),
        (["Host: localhost:8000", "X-Forwarded-Host:"], "http://localhost:8000"),
    ],
)
async def test_addresses_are_of_the_host_that_was_asked_of_a_trusted_proxy(connect, films, fields, origin):
    put(films, "a.mp4")
    response = await _playlist(connect, "/playlist.m3u", *fields)
    assert response.content.decode().splitlines()[-1] == f"{origin}/videos/a.mp4"


@pytest.mark.gen_test
async def test_what_strangers_say_of_the_host_that_was_asked_is_not_believed(connect, films):
    put(films, "a.mp4")
    told = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil"]
    for fields in (told, ["Forwarded: host=evil.example;proto=https"]):
        response = await _playlist(connect, "/playlist.m3u", "Host: localhost:8000", *fields)
        assert response.content.decode().splitlines()[-1] == "http://localhost:8000/videos/a.mp4"


@pytest.mark.gen_test
async def test_a_client_of_http_1_0_that_names_no_host_gets_the_address_that_it_asked(connect, films):
    put(films, "a.mp4")
    async with await connect() as connection:
        await connection.send(b"GET /playlist.m3u HTTP/1.0\r\n\r\n")
        content = (await connection.response()).content.decode()
    assert content.splitlines()[-1] == f"http://127.0.0.1:{connect.port}/videos/a.mp4"


@pytest.mark.gen_test
@pytest.mark.parametrize("host", ["a b", "evil/path", "user@evil", "a#b", "<script>", 'a"b', "a:port", "a,b", ""])
async def test_a_host_that_is_none_is_refused(connect, films, host):
    put(films, "a.mp4")
    assert (await _playlist(connect, "/playlist.m3u", f"Host: {host}")).status == 400


@pytest.mark.gen_test
@pytest.mark.parametrize("target", ["?film=none.mp4", "?film=../a.mp4", "?folder=none", "?folder=a", "?film=a"])
async def test_a_playlist_of_nothing_is_not_found(connect, films, target):
    put(films, "a.mp4")
    assert (await _playlist(connect, f"/playlist.m3u{target}", "Host: h")).status == 404


@pytest.mark.gen_test
async def test_no_name_of_a_file_adds_an_entry(connect, films):
    put(films, "a\nhttp:\r\n#EXTINF:1,b.mp4")
    put(films, "caf\udce9.mp4")
    response = await _playlist(connect, "/playlist.m3u", "Host: h")
    assert response.content.decode().split("\n") == [
        "#EXTM3U",
        "#EXTINF:-1,a http: #EXTINF:1,b",
        "http://h/videos/a%0Ahttp%3A%0D%0A%23EXTINF%3A1%2Cb.mp4",
        "#EXTINF:-1,caf\ufffd",
        "http://h/videos/caf%E9.mp4",
        "",
    ]


@pytest.mark.gen_test
async def test_a_film_whose_name_is_not_utf_8_is_asked_for_as_the_list_shows_it(connect, films):
    put(films, "caf\udce9.mp4")
    for name in ("caf%E9.mp4", "caf%EF%BF%BD.mp4"):
        response = await _playlist(connect, f"/playlist.m3u?film={name}", "Host: h")
        assert response.content.decode().splitlines()[-1] == "http://h/videos/caf%E9.mp4"


@pytest.mark.gen_test
async def test_films_that_the_list_shows_alike_are_told_apart(connect, films):
    for name in ("caf\udce8.mp4", "caf\udce9.mp4"):
        put(films, name)
    for name, expected in {"caf%E8": "caf%E8", "caf%E9": "caf%E9", "caf%EF%BF%BD": "caf%E8"}.items():
        response = await _playlist(connect, f"/playlist.m3u?film={name}.mp4", "Host: h")
        assert response.content.decode().splitlines()[-1] == f"http://h/videos/{expected}.mp4"


@pytest.mark.gen_test
async def test_every_address_of_a_playlist_is_a_film(connect, films):
    names = ["a b.mp4", "#?%&+.mp4", "x/y/z'\".mp4", "caf\udce9.mp4", "日本.webm"]
    for name in names:
        put(films, name, os.fsencode(name))
    async with await connect() as connection:
        lines = (await connection.request("GET", "/playlist.m3u")).content.decode().splitlines()
        targets = [line.removeprefix("http://test") for line in lines if line.startswith("http:")]
        contents = [(await connection.request("GET", target)).content for target in targets]
    assert sorted(contents) == sorted(map(os.fsencode, names))


@pytest.mark.gen_test
async def test_folders_whose_names_differ_in_case_alone_are_told_apart(connect, films):
    for path in ("a/1.mp4", "A/2.mp4", "a/3.mp4", "A/4.mp4", "caf\udce9/5.mp4"):
        put(films, path)
    for folder, names in {"a": ["a/1", "a/3"], "A": ["A/2", "A/4"], "caf%E9": ["caf%E9/5"]}.items():
        response = await _playlist(connect, f"/playlist.m3u?folder={folder}", "Host: h")
        assert [line for line in response.content.decode().splitlines() if line.startswith("http")] == [
            f"http://h/videos/{name}.mp4" for name in names
        ]


@pytest.mark.gen_test
async def test_a_part_of_a_playlist_may_be_asked_for(connect, films):
    for number in range(20):
        put(films, f"{number}.mp4")
    whole = (await _playlist(connect, "/playlist.m3u", "Host: h")).content
    part = await _playlist(connect, "/playlist.m3u", "Host: h", "Range: bytes=100-299")
    assert (part.status, part.content) == (206, whole[100:300])
