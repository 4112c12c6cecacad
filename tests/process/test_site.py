"""deploy/site.py: one command starts a whole site, and ends all of it."""

import json
import signal
import socket
import subprocess
import sys
import sysconfig
import time

import psutil
import pytest

from tests.films import put
from tests.needs import need
from tests.ports import free_ports
from tests.server_process import ROOT
from tests.site_process import COMMAND, Site, site_process, wait_for_site


@pytest.fixture
def temporary(tmp_path):
    """The folder in which temporary folders are made."""
    folder = tmp_path / "a temporary folder"
    folder.mkdir()
    return folder


def _failed(*arguments, temporary, command=COMMAND, **environment):
    """Runs the script, which must fail and leave nothing behind. Returns what it prints to standard error."""
    with site_process(*arguments, command=command, environment={"TMPDIR": str(temporary)} | environment) as process:
        output, complaint = process.communicate(timeout=60)
    assert (process.returncode, output, list(temporary.iterdir())) == (1, "", [])
    return complaint


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_folder_is_shown_from_a_bucket_until_a_signal_ends_all(temporary, films, number):
    put(films, "Show/Two words.mp4", b"film")
    put(films, ".hidden.mp4", b"film")
    port = free_ports(8)
    arguments = ("--assets", str(films), "--port", str(port))
    with site_process(*arguments, environment={"TMPDIR": str(temporary)}) as process:
        wait_for_site(process)
        site = Site(process, port, temporary)
        assert [movie["path"] for movie in json.loads(site.content("/api/movies"))["movies"]] == ["Show/Two words.mp4"]
        assert site.content("/videos/Show/Two%20words.mp4") == b"film"
        started = psutil.Process(process.pid).children()
        assert len(started) == 4
        process.send_signal(number)
        assert (process.wait(60), process.stderr.read()) == (0, "")
    assert not any(each.is_running() for each in started)
    assert list(temporary.iterdir()) == []


def test_a_signal_while_it_starts_ends_all_too(temporary):
    with site_process("--port", str(free_ports(8)), environment={"TMPDIR": str(temporary)}) as process:
        while not list(temporary.glob("*/store.log")):
            assert process.poll() is None
            time.sleep(0.01)
        process.terminate()
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0
    assert list(temporary.iterdir()) == []


def test_a_store_that_is_not_installed_is_named_with_what_installs_it(temporary):
    elsewhere = (sys._base_executable, COMMAND[1])  # a Python without weed in its folder
    complaint = _failed(
        *("--port", str(free_ports(8))),
        command=elsewhere,
        temporary=temporary,
        PYTHONPATH=sysconfig.get_path("purelib"),
        PATH="/usr/bin:/bin",
    )
    assert complaint.startswith("site: weed is missing: pip install '.[test]', or say --assets s3://")


def test_a_port_that_is_taken_is_named(temporary):
    port = free_ports(8)
    with socket.create_server(("127.0.0.1", port + 2)):
        complaint = _failed("--port", str(port), temporary=temporary)
    assert complaint == f"site: nobody can listen on port {port + 2} (--port chooses others)\n"


def test_what_is_no_folder_is_named(temporary):
    complaint = _failed("--assets", "/no/such/folder", "--port", str(free_ports(8)), temporary=temporary)
    assert complaint == "site: neither a folder nor the address of a bucket: /no/such/folder\n"


def test_what_a_server_that_does_not_start_says_is_shown(temporary):
    port = free_ports(8)
    complaint = _failed("--assets", "s3://films?colour=red", "--port", str(port), temporary=temporary)
    assert complaint.startswith(f"site: server-{port + 1} did not start:\nmovie-streaming: --assets: ")


def test_nginx_finds_nothing_to_complain_of_in_the_configuration_that_is_shipped(tmp_path):
    shipped = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    site = tmp_path / "site.conf"
    site.write_text(shipped.replace("/var/cache/movie-streaming", "slices"), "utf-8")  # the usual one is the machine's
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(f"pid pid; error_log stderr; events {{}}\nhttp {{ access_log off; include {site}; }}\n")
    command = [need("nginx"), "-t", "-q", "-p", tmp_path, "-c", configuration]
    tried = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (tried.returncode, tried.stderr) == (0, "")
