"""deploy/nginx.conf passes names on unchanged: names that differ only by a "/" are different films."""

import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.nginx import nginx_before


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

    def do_OPTIONS(self) -> None:
        """Nothing is locked."""
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(tmp_path):
    """The URL of nginx, with the shipped nginx.conf, before such a server."""
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), _PathsOf)
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        with nginx_before(upstream.server_port, tmp_path) as url:
            yield url
    finally:
        upstream.shutdown()
        serving.join()
        upstream.server_close()


def test_films_whose_names_differ_by_a_slash_are_not_taken_for_each_other(url):
    paths = ["/videos/a/b.mp4", "/videos/a//b.mp4", "/videos//a/b.mp4", "/videos/a%09b.mp4", "/videos/a%0Ab.mp4"]
    for _ in range(2):  # the second time from its cache
        for path in paths:
            with urllib.request.urlopen(url + path) as answer:
                assert answer.read() == path.encode()
