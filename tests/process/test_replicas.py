"""Two servers of one bucket behind nginx as deploy/nginx.conf has it."""

import base64
import http.client
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

import obstore
import pytest

from services.packaging.version import PACKAGING
from tests.films import telling_bytes
from tests.object_stores import BUCKET
from tests.ports import free_ports
from tests.real_films import make_film
from tests.site_process import FILM, MIB, Site, site_process, wait_for_site

CONTENT = telling_bytes(5_500_000)
NEW_CONTENT = bytes(255 - byte for byte in CONTENT)  # of the same length, so only the entity tag differs
LOCKED = "/videos/locked.mp4"
EACH_SLICE_ONCE = Counter(range(6))


@pytest.fixture(scope="module")
def common_bucket(s3):
    """What no test changes: a film, two that only one test asks for, and one that the store gives only to those who
    have its key (SSE-C)."""
    bucket = s3.bucket(prefix="common")
    for name in ("film.mp4", "412.mp4", "416.mp4"):
        obstore.put(bucket, name, CONTENT)
    key = base64.b64encode(bytes(32)).decode()
    encryption = {"aws_server_side_encryption": "sse-c", "aws_sse_customer_key_base64": key}
    obstore.put(s3.bucket(prefix="common", **encryption), "locked.mp4", CONTENT)
    return bucket


@pytest.fixture(scope="module")
def site(s3, common_bucket, tmp_path_factory):
    """A site whose caches may have anything of the common bucket."""
    with _running(s3, "common", tmp_path_factory.mktemp("site") / "data") as site:
        yield site


@pytest.fixture
def bucket(s3, tmp_path):
    bucket = s3.bucket(prefix=tmp_path.name)
    obstore.put(bucket, "film.mp4", CONTENT)
    return bucket


@pytest.fixture
def long_film(bucket):
    """The path of a film of which the kernel queues less than half for a viewer."""
    obstore.put(bucket, "long.mp4", 5 * CONTENT)
    return "/videos/long.mp4"


@pytest.fixture
def real_film(bucket, tmp_path):
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24")
    obstore.put(bucket, "real.mp4", make_film(tmp_path / "real.mp4", *options).read_bytes())


@pytest.fixture
def fresh_site(s3, bucket, tmp_path):
    """A site of the test's own bucket, whose caches are empty."""
    with _running(s3, tmp_path.name, tmp_path / "data") as site:
        yield site


@contextmanager
def _running(s3, prefix, data):
    port = free_ports(8)
    arguments = ("--assets", f"s3://{BUCKET}/{prefix}", "--port", str(port), "--data", str(data))
    with site_process(*arguments, environment=s3.environment) as process:
        wait_for_site(process)
        yield Site(process, port, data)


def test_servers_of_one_bucket_agree_on_every_field(site):
    for path in (FILM, "/"):
        fields = []
        for server in site.servers:
            with site.ask(path, at=server, Range="bytes=5-9") as answer:
                assert answer.status == 206
                fields.append(dict(answer.headers) | {"Date": ""})
        assert fields[0] == fields[1]


def test_a_range_begun_at_one_server_goes_on_at_the_other(site):
    first, second = site.servers
    with site.ask(at=first, Range="bytes=0-9") as answer:
        tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    for validator in (tag, date):
        with site.ask(at=second, Range="bytes=10-19", If_Range=validator) as answer:
            assert (answer.status, answer.read()) == (206, CONTENT[10:20])
    with site.ask(at=second, Range="bytes=10-19", If_Range='"another"') as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "5500000")


def test_each_slice_is_asked_for_once_and_a_warm_film_of_nobody(fresh_site):
    assert fresh_site.content() == CONTENT
    assert fresh_site.slices_asked() == EACH_SLICE_ONCE
    assert fresh_site.content() == CONTENT
    assert fresh_site.content(Range="bytes=1500000-3499999") == CONTENT[1500000:3500000]
    assert fresh_site.content(Range="bytes=-10") == CONTENT[-10:]
    with fresh_site.ask(method="HEAD") as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "5500000")
        tag = answer.headers["ETag"]
    assert fresh_site.content(Range="bytes=0-9", If_Range=tag) == CONTENT[:10]
    assert len(fresh_site.content(Range="bytes=0-9", If_Range='"another"')) == 5_500_000
    for conditions, status in (({"If_None_Match": tag}, 304), ({"If_Match": '"another"'}, 412)):
        with fresh_site.ask(**conditions) as answer:
            assert answer.status == status
    assert fresh_site.slices_asked() == EACH_SLICE_ONCE


def test_segments_of_a_version_are_asked_for_once(real_film, fresh_site):
    with fresh_site.ask("/videos/real.mp4?original", method="HEAD") as answer:
        version = answer.headers["ETag"].strip('"')
    names = ("index.json?", "v0-init.mp4?", "v0-1.m4s?", "v0-1.m4s?init=1&", "v0-1.m4s?key=1&", "v0.m3u8?")
    paths = [f"/segments/real.mp4/{name}v={version}.{PACKAGING}" for name in names]
    first, second = ([fresh_site.content(path, at=server) for path in paths] for server in fresh_site.servers)
    before = fresh_site.requests_of(paths)
    for _ in range(2):
        assert [fresh_site.content(path) for path in paths] == first == second
    assert fresh_site.content(paths[2], Range="bytes=5-99") == first[2][5:100]
    assert fresh_site.requests_of(paths) - before == Counter(paths)


def test_many_who_come_at_once_to_a_cold_film_cause_one_request_for_each_slice(fresh_site):
    with ThreadPoolExecutor(20) as viewers:
        films = list(viewers.map(lambda _: fresh_site.content(), range(20)))
    assert all(film == CONTENT for film in films)
    assert fresh_site.slices_asked() == EACH_SLICE_ONCE


def test_both_servers_have_their_share_over_connections_that_stay(fresh_site):
    fresh_site.content()
    for server, slices in zip(fresh_site.servers, fresh_site.slices_asked_of_each(), strict=True):
        assert slices
        connections = fresh_site.server_process(server).net_connections("tcp")
        assert [each.status for each in connections if each.raddr and f":{each.laddr.port}" in server]


def test_a_server_that_dies_in_mid_film_is_not_noticed(long_film, fresh_site):
    with fresh_site.ask(long_film) as answer:
        content = answer.read(1_000_000)
        fresh_site.server_process(fresh_site.servers[0]).kill()
        content += answer.read()
    assert content == 5 * CONTENT
    assert fresh_site.content("/healthz") == fresh_site.content("/healthz", at=fresh_site.servers[1])


def test_a_film_that_the_store_refuses_takes_no_server_away_from_others(site):
    for _ in range(3):
        with site.ask(LOCKED) as refused, site.ask("/") as page:
            assert (refused.status, page.status) == (502, 200)


def test_heads_and_ranges_that_are_no_single_one_are_answered_rightly(site):
    with site.ask(method="HEAD", Range="bytes=0-9") as answer:
        assert (answer.status, answer.headers["Content-Range"], answer.read()) == (206, "bytes 0-9/5500000", b"")
    with site.ask(Range="bytes=5500000-") as answer:
        assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */5500000")
    with site.ask(Range="bytes=0-9,20-29") as answer:  # slices know no sets; the whole film is an answer, too
        assert (answer.status, answer.read() == CONTENT) == (200, True)
    with site.ask("/videos/none.mp4", Range="bytes=0-9") as answer:
        assert answer.status == 404


def test_a_film_replaced_while_it_is_cached_is_never_mixed(fresh_site, bucket):
    assert fresh_site.content(Range=f"bytes=0-{2 * MIB - 1}") == CONTENT[: 2 * MIB]
    obstore.put(bucket, "film.mp4", NEW_CONTENT)
    with fresh_site.ask() as answer, pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    assert cut.value.partial == CONTENT[: 2 * MIB]
    with fresh_site.ask(Range=f"bytes={2 * MIB}-{3 * MIB - 1}") as answer:
        assert (answer.headers["ETag"], answer.read()) == (_tag(bucket), NEW_CONTENT[2 * MIB : 3 * MIB])


def test_the_address_of_a_version_gives_that_version_to_keep_and_the_plain_one_does_not(site):
    with site.ask(method="HEAD") as answer:
        version = f"{FILM}?v={answer.headers['ETag'][1:-1]}"
    for path, caching in ((version, "public, max-age=31536000, immutable"), (FILM, "no-cache")) * 2:
        with site.ask(path) as answer:
            assert (answer.headers["Cache-Control"], answer.read() == CONTENT) == (caching, True)


@pytest.mark.parametrize(
    ("fields", "status"), [({"Range": "bytes=9000000-"}, 416), ({"If_Match": '"another"'}, 412)], ids=["416", "412"]
)
def test_an_error_that_one_viewer_asked_for_at_the_address_of_a_version_is_kept_for_no_other(
    site, common_bucket, fields, status
):
    version = f"/videos/{status}.mp4?v={_tag(common_bucket)[1:-1]}"
    for at in ("", *site.servers):
        with site.ask(version, at=at, **fields) as answer:
            assert (answer.status, "immutable" in answer.headers.get("Cache-Control", "")) == (status, False)
        with site.ask(version, at=at) as answer:
            assert (answer.status, answer.read() == CONTENT) == (200, True)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_no_error_may_be_kept_by_any_cache_whoever_it_is_of(site):
    for at in (site.url, *site.servers):
        for status, method, path, fields in (
            (404, "GET", "/videos/none.mp4", {}),
            (404, "HEAD", "/videos/none.mp4?v=any", {"Range": "bytes=0-9"}),
            (404, "GET", "/none", {}),
            (405, "POST", FILM, {}),
            (501, "FOO", FILM, {}),
            (412, "GET", FILM, {"If_Match": '"another"'}),
            (416, "GET", FILM, {"Range": "bytes=9000000-"}),
            (502, "GET", LOCKED, {}),
            (502, "GET", LOCKED, {"Range": "bytes=0-9"}),
            (414, "GET", f"/{'a' * 20_000}", {}),
        ):
            with site.ask(path, at=at, method=method, **fields) as answer:
                told = (at, path[:20], answer.status, answer.headers.get_all("Cache-Control"))
                assert told == (at, path[:20], status, ["no-store"])
    for status, fields in ((200, {}), (206, {"Range": "bytes=0-9"}), (304, {"If_None_Match": "*"})):
        for at in (site.url, *site.servers):
            with site.ask(at=at, **fields) as answer:
                assert (answer.status, answer.headers.get_all("Cache-Control")) == (status, ["no-cache"])


def test_a_new_version_shows_at_its_own_address_at_once(fresh_site, bucket):
    old = f"{FILM}?v={_tag(bucket)[1:-1]}"
    assert fresh_site.content() == fresh_site.content(old) == CONTENT
    obstore.put(bucket, "film.mp4", NEW_CONTENT)
    _both_servers_know_it(fresh_site)
    with fresh_site.ask(f"{FILM}?v={_tag(bucket)[1:-1]}") as answer:
        assert (answer.headers["ETag"], answer.read() == NEW_CONTENT) == (_tag(bucket), True)
        assert "immutable" in answer.headers["Cache-Control"]
    assert fresh_site.content(old) == CONTENT


def test_an_address_of_another_version_is_not_kept(fresh_site):
    for _ in range(2):
        with fresh_site.ask(f"{FILM}?v=another", Range="bytes=0-9") as answer:
            assert (answer.headers["Cache-Control"], answer.read()) == ("no-cache", CONTENT[:10])
    # nginx drops a slice once its viewer has enough, so the servers may log it after the next request.
    deadline_s = monotonic() + 120
    while (asked := fresh_site.slices_asked()) != {0: 2} and monotonic() < deadline_s:
        pass
    assert asked == {0: 2}


def test_pages_vary_by_coding_alone_and_films_neither_vary_nor_set_cookies(site):
    with site.ask("/", Accept_Encoding="gzip") as answer:
        assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    with site.ask("/") as answer:
        assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == (None, "Accept-Encoding")
    for path in (FILM, f"{FILM}?v=another"):
        with site.ask(path) as answer:
            assert {"Vary", "Set-Cookie", "Expires"}.isdisjoint(answer.headers)


def test_play_lists_lead_to_the_address_by_which_they_were_asked_for(site):
    assert f"{site.url}{FILM}".encode() in site.content("/playlist.m3u")


def _tag(bucket):
    return obstore.head(bucket, "film.mp4")["e_tag"]


def _both_servers_know_it(site):
    """Reads from both servers, which thereby notice that the film was replaced. Otherwise they may need ten seconds."""
    for server in site.servers:
        assert site.content(at=server, Range=f"bytes={2 * MIB}-{3 * MIB - 1}") == NEW_CONTENT[2 * MIB : 3 * MIB]


def _raw(url, head):
    """The status line and the content of the answer, after which the connection ends."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=120) as connection:
        connection.sendall(head)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0].decode(), content


def test_nginx_answers_what_the_servers_answer_however_a_viewer_asks(site):
    long_query = f"/list?{'q' * 12_000}"
    for head, status in {
        "GET /list HTTP/1.0": 200,
        "GET /videos/film.mp4 HTTP/1.0\r\nRange: bytes=2-5": 206,
        "GET http://localhost/list HTTP/1.0": 200,
        "GET http://localhost/list HTTP/1.1\r\nHost: localhost": 200,
        "GET /list HTTP/1.1\r\nHost: LocalHost.:80": 200,
        "GET /list HTTP/1.1": 400,
        "GET /list HTTP/1.1\r\nHost:": 400,
        "GET /list HTTP/1.1\r\nHost: a\r\nHost: a": 400,
        "GET /list HTTP/1.1\r\nHost: a/b": 400,
        f"GET {long_query} HTTP/1.1\r\nHost: localhost": 200,
        f"GET /list HTTP/1.1\r\nHost: localhost\r\nCookie: {'c' * 12_000}": 200,
        "OPTIONS /videos/film.mp4 HTTP/1.1\r\nHost: localhost": 204,
        "POST /videos/film.mp4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0": 405,
        "FOO /list HTTP/1.1\r\nHost: localhost": 501,
    }.items():
        request = f"{head}\r\nConnection: close\r\n\r\n".encode()
        answers = [_raw(url, request)[0].split(" ")[1] for url in (site.servers[0], site.url)]
        assert (head[:60], answers) == (head[:60], [str(status)] * 2)


def test_nginx_answers_to_every_name_and_playlists_have_the_one_that_was_asked(site):
    assert site.content(Host="films.example") == CONTENT
    assert b"http://films.example:8443/videos/film.mp4\n" in site.content("/playlist.m3u", Host="films.example:8443")
    _, content = _raw(site.url, b"GET /playlist.m3u HTTP/1.0\r\n\r\n")
    assert f"{site.url}{FILM}" in content.decode().splitlines()


def test_the_servers_behind_nginx_answer_to_no_foreign_name(site):
    for server in site.servers:
        with site.ask(at=server, Host="evil.example", X_Forwarded_Host="localhost") as answer:
            assert answer.status == 421


def test_a_path_that_is_not_the_films_is_not_answered_from_the_films_slices(site):
    assert site.content() == CONTENT
    with site.ask("/videos//film.mp4") as answer:
        assert answer.status == 404


def test_what_is_cached_is_for_pages_of_its_own_site_too(site):
    for _ in range(2):
        with site.ask(Range="bytes=5-9") as answer:
            assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
