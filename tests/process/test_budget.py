"""A budget of what is sent, as an owner sets it."""

import urllib.error
import urllib.request

import pytest

from tests.films import put, telling_bytes
from tests.server_process import server_process


@pytest.fixture
def arguments(films, tmp_path):
    for name in ("one.mp4", "other.mp4"):
        put(films, name, telling_bytes(1_000_000))
    return ["--assets", str(films), "--cache", str(tmp_path / "cache"), "--egress-budget", "1MB/month"]


def _ask(server, path, method="GET"):
    """Status, Retry-After and content."""
    request = urllib.request.Request(server.url + path, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, None, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Retry-After"], error.read()


def test_when_it_is_spent_no_other_film_begins_also_after_a_restart(arguments, tmp_path):
    with (tmp_path / "log").open("w+") as log:
        with server_process(*arguments, stderr=log) as server:
            assert _ask(server, "/videos/one.mp4")[0] == 200
            assert _ask(server, "/videos/one.mp4")[0] == 200  # it runs
            status, retry_after, content = _ask(server, "/videos/other.mp4")
            assert status == 503
            assert int(retry_after) > 0
            assert content.startswith(
                b"503 Service Unavailable\nThis server has sent what its owner allows for this month."
            )
            assert _ask(server, "/videos/other.mp4", "HEAD")[0] == 503
            assert _ask(server, "/videos/none.mp4")[0] == 404
            assert _ask(server, "/list")[0] == 200
            server.process.terminate()
            assert server.ended() == 0
        log.seek(0)
        assert " for this month are sent: no other film begins\n" in log.read()
    with server_process(*arguments) as server:
        assert _ask(server, "/videos/other.mp4")[0] == 503
