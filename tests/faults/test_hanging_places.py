"""Folders that hang, disappear or are not mounted, beside one that works."""

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.faults.mounted import faulty_disk, unmount
from tests.films import put
from tests.server_process import server_process

FAR_FILMS = ["failing.mp4", "gated.mp4"]


@pytest.fixture
def near(tmp_path):
    put(tmp_path, "near/near.mp4", b"near")
    return tmp_path / "near"


@pytest.fixture
def far(tmp_path):
    """A folder of the faulty disk. It hangs while the file ``entrance`` is missing."""
    far = tmp_path / "far"
    far.mkdir()
    with faulty_disk(far, tmp_path / "gate", tmp_path / "entrance"):
        yield far


@pytest.fixture
def entrance(tmp_path):
    return tmp_path / "entrance"


@pytest.fixture
def start(tmp_path, near, far):
    """Starts a server of both folders, with its log."""
    log = (tmp_path / "log").open("w+")

    yield lambda *arguments: server_process("--assets", f"{far}, {near}", *arguments, stderr=log)
    log.close()


@pytest.fixture
def start_near(tmp_path, near):
    """Starts a server of one folder, with its log."""
    with (tmp_path / "log").open("w") as log:
        yield lambda: server_process("--assets", str(near), stderr=log)


@pytest.fixture
def log(tmp_path):
    return (tmp_path / "log").read_text


def _get(server, path):
    with urllib.request.urlopen(f"{server.url}{path}", timeout=120) as answer:
        return answer.read()


def _paths(server):
    return [movie["path"] for movie in json.loads(_get(server, "/api/movies"))["movies"]]


def _eventually(condition):
    until_s = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until_s
        time.sleep(0.05)


def test_a_folder_that_hangs_does_not_hold_up_the_start_and_is_listed_when_it_answers(start, far, near, entrance, log):
    entrance.unlink()
    with start() as server:
        assert server.announcement == f"{server.url} has 1 movie of {far} (not listed yet), {near}\n"
        assert _get(server, "/healthz") == b"ok\n"
        assert _paths(server) == ["near.mp4"]
        assert _get(server, "/videos/near.mp4") == b"near"
        _eventually(lambda: "does not answer" in log())
        put(near, "new.mp4")
        _eventually(lambda: _paths(server) == ["near.mp4", "new.mp4"])
        entrance.touch()
        _eventually(lambda: _paths(server) == [*FAR_FILMS, "near.mp4", "new.mp4"])
        _eventually(lambda: "can be listed again" in log())
    assert log().count(f"'{far}' cannot be listed: it does not answer\n") == 1
    assert log().count(f"'{far}' can be listed again\n") == 1


def test_it_is_not_known_yet_whether_a_folder_that_hangs_has_a_film(start, entrance):
    entrance.unlink()
    with start() as server:
        with pytest.raises(urllib.error.HTTPError, match="503"):
            _get(server, "/videos/gated.mp4")
        entrance.touch()
        _eventually(lambda: FAR_FILMS[1] in _paths(server))
        with pytest.raises(urllib.error.HTTPError, match="404"):
            _get(server, "/videos/none.mp4")


def test_a_link_out_of_a_folder_asks_nothing_of_another_that_hangs(start, near, entrance, tmp_path):
    (near / "out.mp4").symlink_to(put(tmp_path, "outside.mp4"))
    entrance.unlink()
    with start() as server:
        assert _paths(server) == ["near.mp4"]
        put(near, "new.mp4")
        _eventually(lambda: _paths(server) == ["near.mp4", "new.mp4"])
        entrance.touch()


def test_what_was_listed_of_a_folder_before_it_hung_stays_in_the_list(start, near, entrance, log):
    with start() as server:
        _eventually(lambda: _paths(server) == [*FAR_FILMS, "near.mp4"])
        entrance.unlink()
        _eventually(lambda: "does not answer" in log() or not _paths(server))
        threads = len(os.listdir(f"/proc/{server.process.pid}/task"))
        for number in range(3):  # each in a scan of its own
            put(near, f"new {number}.mp4")
            _eventually(lambda number=number: f"new {number}.mp4" in _paths(server))
        assert _paths(server)[:3] == [*FAR_FILMS, "near.mp4"]
        assert len(os.listdir(f"/proc/{server.process.pid}/task")) < threads + 3
        entrance.touch()
        _eventually(lambda: "can be listed again" in log())
        assert log().count("does not answer") == 1


@pytest.fixture
def inner(near, tmp_path):
    """A disk that is mounted within a folder. It hangs while the file ``entrance`` is missing."""
    inner = near / "inner"
    inner.mkdir()
    with faulty_disk(inner, tmp_path / "gate", tmp_path / "entrance"):
        yield inner


INNER_FILMS = ["inner/failing.mp4", "inner/gated.mp4"]


def test_a_disk_within_a_folder_that_hangs_holds_up_nothing_else_and_keeps_what_it_had(
    start_near, near, inner, entrance, log
):
    with start_near() as server:
        _eventually(lambda: _paths(server) == [*INNER_FILMS, "near.mp4"])
        entrance.unlink()
        for number in range(3):  # each in a scan of its own
            put(near, f"new {number}.mp4")
            _eventually(lambda number=number: f"new {number}.mp4" in _paths(server))
        (near / "near.mp4").unlink()
        _eventually(lambda: _paths(server) == [*INNER_FILMS, "new 0.mp4", "new 1.mp4", "new 2.mp4"])
        entrance.touch()
        unmount(inner)
        _eventually(lambda: _paths(server) == ["new 0.mp4", "new 1.mp4", "new 2.mp4"])
    assert log().count("left out 'inner") == 1


def test_a_disk_within_a_folder_that_hangs_from_the_start_is_listed_when_it_answers(start_near, inner, entrance):
    entrance.unlink()
    with start_near() as server:
        _eventually(lambda: _paths(server) == ["near.mp4"])
        entrance.touch()
        _eventually(lambda: _paths(server) == [*INNER_FILMS, "near.mp4"])


def test_a_link_into_a_disk_that_hangs_holds_up_nothing_else(start_near, near, inner, entrance):
    (near / "link").symlink_to(inner)
    entrance.unlink()
    with start_near() as server:
        _eventually(lambda: _paths(server) == ["near.mp4"])
        entrance.touch()


def _has_ended(process):
    """Whether the process has ended, except for threads for which the kernel waits on the disk."""
    if process.poll() is not None:
        return True
    state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "Z"


@pytest.mark.parametrize("hangs", ["from the start", "later"])
def test_the_server_ends_while_a_folder_hangs(start, entrance, log, hangs):
    if hangs == "from the start":
        entrance.unlink()
    with start("--grace", "0") as server:
        if hangs == "later":
            _eventually(lambda: _paths(server) == [*FAR_FILMS, "near.mp4"])
            entrance.unlink()
        _eventually(lambda: _paths(server) and "does not answer" in log())
        server.process.terminate()
        _eventually(lambda: _has_ended(server.process))
        entrance.touch()
        assert server.ended() == 0


def test_what_was_listed_of_a_disk_that_is_not_mounted_any_more_stays_in_the_list(near, tmp_path, log):
    far = tmp_path / "far"
    far.mkdir()
    with (
        (tmp_path / "log").open("w") as errors,
        faulty_disk(far, tmp_path / "gate"),
        server_process("--assets", f"{far}, {near}", stderr=errors) as server,
    ):
        _eventually(lambda: _paths(server) == [*FAR_FILMS, "near.mp4"])
        unmount(far)
        _eventually(lambda: "cannot be listed" in log() or "failing.mp4" not in _paths(server))
        assert _paths(server) == [*FAR_FILMS, "near.mp4"]
        with faulty_disk(far, tmp_path / "gate"):
            _eventually(lambda: _paths(server) and "can be listed again" in log())
            assert _paths(server) == [*FAR_FILMS, "near.mp4"]
    assert log().count("cannot be listed") == 1


def test_a_folder_that_was_moved_away_keeps_its_films_until_it_is_back(near, tmp_path, log):
    other = tmp_path / "other"
    put(other, "other.mp4")
    with (
        (tmp_path / "log").open("w") as errors,
        server_process("--assets", f"{near}, {other}", stderr=errors) as server,
    ):
        assert _paths(server) == ["near.mp4", "other.mp4"]
        other.rename(tmp_path / "away")
        _eventually(lambda: "cannot be listed" in log() or "other.mp4" not in _paths(server))
        assert _paths(server) == ["near.mp4", "other.mp4"]
        put(tmp_path / "away", "new.mp4")
        (tmp_path / "away").rename(other)
        _eventually(lambda: _paths(server) == ["near.mp4", "new.mp4", "other.mp4"])
        put(other, "newer.mp4")
        shutil.rmtree(other)
        other.mkdir()
        _eventually(lambda: _paths(server) == ["near.mp4"])
    assert log().count(f"'{other}' can be listed again\n") == 1


def test_a_cache_on_a_disk_that_hangs_holds_up_neither_the_start_nor_a_film(far, near, entrance):
    entrance.unlink()
    with server_process("--assets", str(near), "--cache", str(far / "cache"), "--grace", "0") as server:
        assert _get(server, "/healthz")
        assert _paths(server) == ["near.mp4"]
        assert _get(server, "/videos/near.mp4") == b"near"
        entrance.touch()
