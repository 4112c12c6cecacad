"""Films of a web server, which is nginx: listed by its index, by lists, or alone."""

import asyncio
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from services.storage.locations import WebLocation, parse_locations, parse_web
from services.storage.open_store import open_stores
from tests.films import put, telling_bytes
from tests.needs import need
from tests.ports import free_port

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """The URL of nginx, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("web")
    port = free_port()
    temporary = "".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ {temporary} access_log off; default_type video/mp4; types {{ text/plain txt; text/html html; }}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/www; autoindex on; location /weak/ {{ etag off; }} }} }}"
    )
    for name in ("films/a b.mp4", "films/Фильм.mp4", "films/sub/c.mp4", "films/.hidden.mp4", "weak/d.mp4", "other.mp4"):
        put(folder / "www", name, CONTENT)
    put(folder / "www", "films/list.txt", b"#EXTM3U\n#EXTINF:1,A\na%20b.mp4\nsub/c.mp4\nhttp://elsewhere.test/x.mp4\n")
    command = [need("nginx"), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            break
        except urllib.error.URLError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


def _paths(url):
    async def find():
        store = open_stores(parse_locations(url), {}, NO_URL)
        files = await store.files(lambda name, beside: name.endswith(".mp4"))
        store.close()
        return sorted(file.path for file in files)

    return asyncio.run(find())


@pytest.mark.parametrize(
    ("path", "films"),
    [
        ("/films/", ["a b.mp4", "Фильм.mp4"]),
        ("/films/list.txt", ["a b.mp4", "sub/c.mp4"]),
        ("/films/a%20b.mp4", ["a b.mp4"]),
        ("/films/%D0%A4%D0%B8%D0%BB%D1%8C%D0%BC.mp4", ["Фильм.mp4"]),
        ("/films/a%20b.mp4?signature=secret", ["a b.mp4"]),
        ("/films/gone.mp4", []),
        ("/films", []),
        ("/weak/", []),
    ],
)
def test_the_films_of_a_document_are_found_and_a_film_is_one(web, path, films):
    assert _paths(web + path) == films


@pytest.mark.parametrize("path", ["/films/", "/films/a%20b.mp4?signature=secret"])
def test_a_film_is_read_by_ranges(web, path):
    async def read():
        store = open_stores(parse_locations(web + path), {}, NO_URL)
        file = next(file for file in await store.files(lambda name, beside: True) if file.path == "a b.mp4")
        async with store.open(file, "video/mp4") as source:
            content = await source.read(1_500_000, 65536)
        store.close()
        return content

    assert asyncio.run(read()) == CONTENT[1_500_000:1_565_536]


def test_a_film_that_cannot_be_told_from_another_version_is_left_out_with_one_warning(web, caplog):
    _paths(f"{web}/weak/")
    assert "left out 'd.mp4': it has no length, or no strong entity tag" in caplog.text


def test_a_web_server_is_known_by_its_url_and_shown_without_what_may_be_secret():
    assert parse_web("https://example.com") == WebLocation("https://example.com/")
    assert str(parse_web("https://example.com/a.mp4?sig=secret")) == "https://example.com/a.mp4"
    assert parse_web("s3://films") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://me:secret@example.com/",
        "https://example.com/ü",
        "https://example.com/a film.mp4?token=secret",
        "https://example.com/a\nfilm.mp4",
        "https://example.com/a\x7f",
        "http://a..b/",
        "http://.../?token=secret",
        f"http://{64 * 'a'}.com/",
        "http://example.com:99999/",
        "http://example.com:http/",
    ],
)
def test_a_faulty_url_of_a_web_server_is_told_what_would_be_right(url):
    with pytest.raises(ValueError, match=r"like https://example\.com/films/") as error:
        parse_web(url)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)
