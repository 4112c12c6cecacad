"""Direct video URLs over a real server: which films they name, and what HTTP answers."""

import re
from urllib.parse import quote

import pytest

from tests.films import put, telling_bytes

CONTENT = telling_bytes(1000)


IN_FOLDER_AND_BUCKET = pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)


@pytest.fixture
def film(put_film):
    return put_film("m.mp4", CONTENT)


# All rows of a survey of nine servers, with what RFC 9110 asks for. Each of the nine fails some of them.
RANGES = {
    "first two bytes": ("bytes=0-1", 206, "bytes 0-1/1000", CONTENT[:2]),
    "first byte": ("bytes=0-0", 206, "bytes 0-0/1000", CONTENT[:1]),
    "open-ended": ("bytes=500-", 206, "bytes 500-999/1000", CONTENT[500:]),
    "suffix": ("bytes=-10", 206, "bytes 990-999/1000", CONTENT[990:]),
    "a browser's first": ("bytes=0-", 206, "bytes 0-999/1000", CONTENT),
    "end beyond the end": ("bytes=10-99999", 206, "bytes 10-999/1000", CONTENT[10:]),
    "suffix longer than the film": ("bytes=-5000", 206, "bytes 0-999/1000", CONTENT),
    "suffix of nothing": ("bytes=-0", 416, "bytes */1000", b""),
    "beyond the end": ("bytes=1000-", 416, "bytes */1000", b""),
    "unknown unit": ("foo=0-1", 200, None, CONTENT),
    "unit in another case": ("Bytes=0-1", 206, "bytes 0-1/1000", CONTENT[:2]),
    "letters": ("bytes=a-b", 200, None, CONTENT),
    "inverted": ("bytes=5-3", 200, None, CONTENT),
    "two dashes": ("bytes=--5", 200, None, CONTENT),
    "underscores": ("bytes=1_0-2_0", 200, None, CONTENT),
    "plus sign": ("bytes=+1-2", 200, None, CONTENT),
    "one of two unsatisfiable": ("bytes=0-1,5000-", 206, "bytes 0-1/1000", CONTENT[:2]),
    "overlapping": ("bytes=0-9,5-19", 206, "bytes 0-19/1000", CONTENT[:20]),
    "fifty times everything": ("bytes=" + ",".join(["0-"] * 50), 200, None, CONTENT),
    "two hundred tiny ranges": ("bytes=" + ",".join(f"{n}-{n}" for n in range(200)), 200, None, CONTENT),
}


@IN_FOLDER_AND_BUCKET
@pytest.mark.gen_test
@pytest.mark.parametrize(("field", "status", "content_range", "content"), RANGES.values(), ids=RANGES)
async def test_ranges_are_answered_as_the_rfc_says(connect, film, field, status, content_range, content):
    async with await connect() as connection:
        response = await connection.request("GET", "/videos/m.mp4", f"Range: {field}")
        assert response.status == status
        assert response.fields.get("content-range") == content_range
        assert response.content == content
        assert response.fields["accept-ranges"] == "bytes"
        assert "content-encoding" not in response.fields
        assert "transfer-encoding" not in response.fields


@IN_FOLDER_AND_BUCKET
@pytest.mark.gen_test
async def test_several_ranges_come_as_multipart_with_the_length_announced(connect, film):
    async with await connect() as connection:
        response = await connection.request("GET", "/videos/m.mp4", "Range: bytes=0-1,10-11,-2")
    boundary = re.fullmatch(r"multipart/byteranges; boundary=([0-9a-f]{32})", response.fields["content-type"])[1]
    part = f"\r\n--{boundary}\r\nContent-Type: video/mp4\r\nContent-Range: bytes %s/1000\r\n\r\n"
    assert response.status == 206
    assert response.content == (
        (part % "0-1").encode()
        + CONTENT[0:2]
        + (part % "10-11").encode()
        + CONTENT[10:12]
        + (part % "998-999").encode()
        + CONTENT[998:]
        + f"\r\n--{boundary}--\r\n".encode()
    )


CONDITIONS = {
    # fields with {tag} and {date} of the film, whether a Range is asked with them, status
    "If-Range, the tag": ("If-Range: {tag}", True, 206),
    "If-Range, another tag": ('If-Range: "other"', True, 200),
    "If-Range, the tag made weak": ("If-Range: W/{tag}", True, 200),
    "If-Range, the date": ("If-Range: {date}", True, 206),
    "If-Range, an older date": ("If-Range: Sun, 06 Nov 1994 08:49:37 GMT", True, 200),
    "If-Range, a future date": ("If-Range: Sun, 06 Nov 2094 08:49:37 GMT", True, 200),
    "If-Match, the tag": ("If-Match: {tag}", True, 206),
    "If-Match, another tag": ('If-Match: "other"', True, 412),
    "If-Match, any": ("If-Match: *", False, 200),
    "If-Unmodified-Since, the date": ("If-Unmodified-Since: {date}", False, 200),
    "If-Unmodified-Since, an older date": ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", True, 412),
    "If-None-Match, the tag": ("If-None-Match: {tag}", True, 304),
    "If-None-Match, the tag made weak": ("If-None-Match: W/{tag}", False, 304),
    "If-None-Match, any": ("If-None-Match: *", False, 304),
    "If-None-Match, another tag": ('If-None-Match: "other"', False, 200),
    "If-Modified-Since, the date": ("If-Modified-Since: {date}", False, 304),
    "If-Modified-Since, an older date": ("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT", False, 200),
}


@IN_FOLDER_AND_BUCKET
@pytest.mark.gen_test
@pytest.mark.parametrize(("condition", "with_range", "status"), CONDITIONS.values(), ids=CONDITIONS)
async def test_preconditions_are_answered_as_the_rfc_says(connect, film, condition, with_range, status):
    async with await connect() as connection:
        whole = await connection.request("HEAD", "/videos/m.mp4")
        condition = condition.format(tag=whole.fields["etag"], date=whole.fields["last-modified"])
        fields = [condition, "Range: bytes=5-9"] if with_range else [condition]
        response = await connection.request("GET", "/videos/m.mp4", *fields)
        assert response.status == status
        assert response.content == {200: CONTENT, 206: CONTENT[5:10], 304: b"", 412: b""}[status]


@IN_FOLDER_AND_BUCKET
@pytest.mark.gen_test
async def test_one_strong_tag_is_on_every_answer_that_has_one(connect, film):
    async with await connect() as connection:
        whole = await connection.request("GET", "/videos/m.mp4")
        tag = whole.fields["etag"]
        partial = await connection.request("GET", "/videos/m.mp4", "Range: bytes=0-0")
        head = await connection.request("HEAD", "/videos/m.mp4")
        not_modified = await connection.request("GET", "/videos/m.mp4", f"If-None-Match: {tag}")
    assert re.fullmatch(r'"[0-9a-f]{24,32}"', tag)
    assert [each.status for each in (whole, partial, head, not_modified)] == [200, 206, 200, 304]
    assert {each.fields["etag"] for each in (whole, partial, head, not_modified)} == {tag}


@IN_FOLDER_AND_BUCKET
@pytest.mark.gen_test
async def test_head_answers_as_get_would_and_ignores_range(connect, film):
    async with await connect() as connection:
        head = await connection.request("HEAD", "/videos/m.mp4", "Range: bytes=0-1")
        get = await connection.request("GET", "/videos/m.mp4")
    assert head.status == 200
    assert {**head.fields, "date": ""} == {**get.fields, "date": ""}
    assert head.fields["content-length"] == "1000"


@pytest.mark.gen_test
async def test_a_film_says_its_type_and_that_it_is_not_to_be_guessed(connect, film):
    async with await connect() as connection:
        response = await connection.request("HEAD", "/videos/m.mp4")
    assert response.fields["content-type"] == "video/mp4"
    assert response.fields["x-content-type-options"] == "nosniff"


@pytest.mark.gen_test
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_other_methods_are_not_allowed_and_told_what_is(connect, film, method):
    async with await connect() as connection:
        response = await connection.request(method, "/videos/m.mp4", "Content-Length: 0")
    assert response.status == 405
    assert response.fields["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.gen_test
async def test_methods_that_nothing_has_are_not_implemented(connect, film):
    async with await connect() as connection:
        for method in ("TRACE", "CONNECT", "BREW", "get"):
            response = await connection.request(method, "/videos/m.mp4")
            assert (response.status, "allow" in response.fields) == (501, False)


@pytest.mark.gen_test
async def test_options_are_told(connect, film):
    async with await connect() as connection:
        response = await connection.request("OPTIONS", "/videos/m.mp4")
        server_wide = await connection.request("OPTIONS", "*")
    assert response.status == server_wide.status == 204
    assert response.fields["allow"] == server_wide.fields["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "path",
    [
        "Amélie.mp4",
        "東京物語.mkv",
        "🎬.webm",
        "with space.mp4",
        "#1 film.mp4",
        "100%.mp4",
        "100%25.mp4",
        "who?.mp4",
        "a&b=c.mp4",
        "a+b.mp4",
        "quo\"te's.mp4",
        "back\\slash.mp4",
        "semi;colon.mp4",
        "new\nline.mp4",
        "double..dot.mp4",
        "very/many/folders/deep/film.mp4",
        "[brackets] {braces}.mp4",
        "caf\udce9.mp4",
    ],
)
async def test_films_are_found_by_the_names_that_people_give_them(connect, films, path):
    put(films, path, CONTENT)
    target = "/videos/" + quote(path.encode("utf-8", "surrogateescape"))
    async with await connect() as connection:
        response = await connection.request("GET", target)
    assert response.status == 200
    assert response.content == CONTENT


@pytest.mark.gen_test
async def test_a_name_may_be_encoded_more_or_less_than_it_must_be(connect, films):
    put(films, "a+b, c(d).mp4", CONTENT)
    async with await connect() as connection:
        for target in ("/videos/a+b,%20c(d).mp4", "/videos/%61%2Bb%2C%20c%28d%29.mp4", "/videos/a+b,%20c(d).mp4?v=1"):
            assert (await connection.request("HEAD", target)).status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "target",
    [
        "/videos/",
        "/videos/gone.mp4",
        "/videos/secret.txt",
        "/videos/folder",
        "/videos/../secret.txt",
        "/videos/folder/../m.mp4",
        "/videos/%2e%2e/secret.txt",
        "/videos/..%2fsecret.txt",
        "/videos//etc/passwd",
        "/videos/%2Fetc%2Fpasswd",
        "/videos/m.mp4%00",
        "/videos/m.mp4/",
        "/videos/.hidden.mp4",
        "/videos/%ff%fe.mp4",
        "/videos/outside.mp4",
        "/video/m.mp4",
        "/nothing",
    ],
)
async def test_what_the_library_does_not_list_is_not_found(connect, films, film, target):
    put(films, "secret.txt")
    put(films, "folder/other.mp4")
    put(films, ".hidden.mp4")
    put(films.parent, "outside.mp4")
    (films / "outside.mp4").symlink_to(films.parent / "outside.mp4")
    async with await connect() as connection:
        response = await connection.request("GET", target)
        assert response.status == 404
        assert response.content == b"404 Not Found\n"


@pytest.mark.gen_test
async def test_a_film_that_is_gone_from_the_disk_is_not_found(connect, film):
    async with await connect() as connection:
        assert (await connection.request("HEAD", "/videos/m.mp4")).status == 200
        film.unlink()
        assert (await connection.request("GET", "/videos/m.mp4")).status == 404


@pytest.mark.gen_test
async def test_a_name_cannot_write_lines_into_the_log(connect, films, caplog):
    film = put(films, "a\nb\x1b.mp4")
    async with await connect() as connection:
        assert (await connection.request("HEAD", "/videos/a%0Ab%1B.mp4")).status == 200
        film.unlink()
        assert (await connection.request("GET", "/videos/a%0Ab%1B.mp4")).status == 404
    assert not [record for record in caplog.records if not record.getMessage().isprintable()]


@pytest.mark.gen_test
async def test_a_film_that_cannot_be_opened_is_unavailable_and_the_reason_stays_in_the_log(connect, film, caplog):
    async with await connect() as connection:
        await connection.request("HEAD", "/videos/m.mp4")
        film.unlink()
        film.symlink_to("elsewhere.mp4")
        put(film.parent, "elsewhere.mp4")
        response = await connection.request("GET", "/videos/m.mp4")
    assert response.status in (404, 503)
    assert b"elsewhere" not in response.content


@pytest.mark.gen_test
async def test_of_a_named_version_only_what_is_sent_of_it_is_kept_for_good(connect, film):
    async with await connect() as connection:
        tag = (await connection.request("HEAD", "/videos/m.mp4")).fields["etag"]
        named = f"/videos/m.mp4?v={tag[1:-1]}"
        for status, method, target, *fields in [
            (200, "GET", named),
            (200, "HEAD", named),
            (206, "GET", named, "Range: bytes=0-1"),
            (304, "GET", named, f"If-None-Match: {tag}"),
        ]:
            answer = await connection.request(method, target, *fields)
            assert (answer.status, answer.fields["cache-control"]) == (status, "public, max-age=31536000, immutable")
        for status, method, target, *fields in [
            (412, "GET", named, 'If-Match: "other"'),
            (416, "GET", named, "Range: bytes=999999-"),
            (404, "GET", named.replace("m.mp4", "gone.mp4")),
            (405, "POST", named, "Content-Length: 0"),
            (501, "FOO", named),
        ]:
            answer = await connection.request(method, target, *fields)
            assert (answer.status, answer.fields["cache-control"]) == (status, "no-store")
        for status, method, target, caching in [
            (204, "OPTIONS", named, None),
            (200, "GET", f"{named}x", "no-cache"),
            (206, "GET", f"{named}x", "no-cache"),
            (304, "GET", f"{named}x", "no-cache"),
        ]:
            field = {206: "Range: bytes=0-1", 304: f"If-None-Match: {tag}"}.get(status, "Accept: */*")
            answer = await connection.request(method, target, field)
            assert (answer.status, answer.fields.get("cache-control")) == (status, caching)
