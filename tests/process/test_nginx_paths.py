"""deploy/nginx.conf passes names on unchanged: names that differ only by a "/" are different films."""

import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.needs import need
from tests.ports import free_port
from tests.server_process import ROOT


class _PathsOf(BaseHTTPRequestHandler):
    """Answers with the asked range of a film whose content is the path of the request, as it came."""

    def do_GET(self) -> None:
        content = self.path.encode()
        self.send_response(206)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Range", f"bytes 0-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(tmp_path):
    """The URL of nginx, with the shipped nginx.conf, before such a server."""
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), _PathsOf)
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    port = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for shipped, ours in {
        "/var/cache/movie-streaming": "slices",
        "127.0.0.1:8001": f"127.0.0.1:{upstream.server_port}",
        "127.0.0.1:8002": f"127.0.0.1:{upstream.server_port} backup",
        "listen 8080": f"listen 127.0.0.1:{port}",
    }.items():
        site = site.replace(shipped, ours)
    (tmp_path / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.getuid() == 0 else ""  # others may not enter a temporary folder of root's
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid pid; error_log stderr; {user} events {{}}\n"
        f"http {{ access_log off; include {tmp_path}/site.conf; }}\n"
    )
    process = subprocess.Popen([need("nginx"), "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"])
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        upstream.shutdown()
        serving.join()
        upstream.server_close()


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise AssertionError("nginx did not start")


def test_films_whose_names_differ_by_a_slash_are_not_taken_for_each_other(url):
    paths = ["/videos/a/b.mp4", "/videos/a//b.mp4", "/videos//a/b.mp4", "/videos/a%09b.mp4", "/videos/a%0Ab.mp4"]
    for _ in range(2):  # the second time from its cache
        for path in paths:
            with urllib.request.urlopen(url + path) as answer:
                assert answer.read() == path.encode()
