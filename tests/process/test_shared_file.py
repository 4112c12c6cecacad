"""The file of shares, as servers keep it: over restarts, and between two of them."""

import json
import stat
import subprocess
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.browser.waiting import eventually
from tests.films import put
from tests.server_process import server_process


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "shares.json"


@pytest.fixture
def start(films, file):
    put(films, "Noir/M.mp4", b"murder")

    def started(password="open sesame", shares=None):
        environment = {"PASSWORD": password, "SHARES": str(shares or file)}
        return server_process("--assets", str(films), environment=environment, stderr=subprocess.DEVNULL)

    return started


def _ask(url, method="GET", form=None):
    """The status and the content."""
    asked = Request(url, form and form.encode(), {"Authorization": "Bearer open sesame"}, method=method)
    try:
        with urlopen(asked) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def _shared(server):
    """The path of a new share's film."""
    status, told = _ask(f"{server.url}/api/shares?film=Noir/M.mp4", "POST", f"page={server.url}/")
    assert status == 200, told
    return f"{json.loads(told)['link'].removeprefix(server.url)}videos/M.mp4"


def test_a_share_is_open_after_a_restart_with_the_same_password_and_file_alone(start, file):
    with start() as server:
        film = _shared(server)
        assert _ask(server.url + film) == (200, b"murder")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with start() as server:
        assert _ask(server.url + film) == (200, b"murder")
    with start("another password") as server:
        assert _ask(server.url + film)[0] == 401
    with start(shares="none") as server:  # it may have been taken back
        assert _ask(server.url + film)[0] == 401


def test_a_share_that_one_server_takes_back_is_closed_at_the_other(start):
    with start() as first, start() as second:
        film = _shared(first)
        eventually(lambda: _ask(second.url + film), (200, b"murder"))
        id_ = json.loads(_ask(f"{second.url}/api/shares")[1])["shares"][0]["id"]
        assert _ask(f"{second.url}/api/shares/{id_}", "DELETE")[0] == 204
        assert _ask(second.url + film)[0] == 401
        eventually(lambda: _ask(first.url + film)[0], 401)
