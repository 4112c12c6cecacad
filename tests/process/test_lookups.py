"""A resolver that does not answer holds up only those who need it."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress

import pytest

from tests.films import put, telling_bytes
from tests.needs import need
from tests.ports import free_port
from tests.raw_http import request_head
from tests.server_process import server_process

FAR = telling_bytes(3_000_000)

# Replaces the resolver. It knows two hosts; while the file exists, it does not answer for one of them.
RESOLVER = """
import os, socket, time
really = socket.getaddrinfo
def getaddrinfo(host, *arguments, **options):
    while host == "far.test" and os.path.exists({hangs!r}):
        time.sleep(0.05)
    return really("127.0.0.1" if host in ("far.test", "other.test") else host, *arguments, **options)
socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture
def web(tmp_path):
    """The port of nginx, which has a film in /far/ and one in /other/."""
    port = free_port()
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{name}_temp_path {tmp_path};" for name in names)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
        f"http {{ {temporary} access_log off; types {{ video/mp4 mp4; text/html html; }}\n"
        f"server {{ listen 127.0.0.1:{port}; root {tmp_path}/www; autoindex on; }} }}"
    )
    put(tmp_path, "www/far/far.mp4", FAR)
    put(tmp_path, "www/other/other.mp4", b"elsewhere")
    command = [need("nginx"), "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    yield port
    process.kill()
    process.wait()


def _get(server, path):
    with urllib.request.urlopen(f"{server.url}{path}", timeout=60) as answer:
        return answer.read()


def _paths(server):
    return {movie["path"] for movie in json.loads(_get(server, "/api/movies"))["movies"]}


def _viewer(server, path):
    """Asks for bytes that are at no edge of the film, so they are not in memory."""
    viewer = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    viewer.sendall(request_head("GET", path, "Connection: close", "Range: bytes=1500000-1599999"))
    return viewer


def test_lookups_that_hang_hold_up_neither_the_list_nor_films_of_folders_and_other_hosts(films, tmp_path, web):
    put(films, "near.mp4", b"near")
    hangs = tmp_path / "hangs"
    put(tmp_path, "python/sitecustomize.py", RESOLVER.format(hangs=str(hangs)).encode())
    places = f"{films}, http://far.test:{web}/far/, http://other.test:{web}/other/"
    environment = {"PYTHONPATH": str(tmp_path / "python")}
    with server_process("--assets", places, environment=environment) as server, ExitStack() as viewers:
        while _paths(server) != {"near.mp4", "far.mp4", "other.mp4"}:
            time.sleep(0.05)
        hangs.touch()
        for _ in range(40):
            viewers.enter_context(_viewer(server, "/videos/far.mp4"))
        for number in range(3):
            assert b"near.mp4" in _get(server, f"/playlist.m3u?{number}")
            assert _get(server, "/videos/near.mp4") == b"near"
            assert _get(server, "/videos/other.mp4") == b"elsewhere"
        put(films, "new.mp4", b"new")
        while "new.mp4" not in _paths(server):
            time.sleep(0.05)
        hangs.unlink()
        viewers.close()
        while _far(server) != FAR:
            time.sleep(0.05)


def _far(server):
    """The film, or None while lookups that hung are still under way."""
    with suppress(urllib.error.HTTPError):
        return _get(server, "/videos/far.mp4")
