"""Two servers of one bucket behind nginx as deploy/nginx.conf has it."""

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import obstore
import pytest

from tests.films import telling_bytes
from tests.object_stores import BUCKET
from tests.server_process import ROOT, free_port, server_process

CONTENT = telling_bytes(5_500_000)
SLICES = 6
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx")


class Site:
    """``url`` is nginx's; ``servers`` are those behind it, whose access logs are ``logs``."""

    def __init__(self, port, servers, logs):
        self.url = f"http://127.0.0.1:{port}/videos/film.mp4"
        self.servers = servers
        self.logs = logs

    def get(self, *, url="", **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        return urllib.request.urlopen(urllib.request.Request(url or self.url, headers=fields), timeout=30)

    def content(self, **fields):
        with self.get(**fields) as response:
            return response.read()

    def asked(self):
        """How many slices the servers were asked for, each. (Their workers read ranges of other lengths.)"""
        mark = f"/videos/{uuid4()}"
        for server, log in zip(self.servers, self.logs, strict=True):
            with pytest.raises(urllib.error.HTTPError) as missing:
                self.get(url=server.url + mark)
            missing.value.close()
            while mark not in log.read_text():  # what came before it is logged, too, then
                time.sleep(0.05)
        return [sum(_slices(log.read_text())) for log in self.logs]


def _slices(log: str) -> Iterator[bool]:
    for first, last in re.findall(r"GET /videos/film\.mp4 \d+ bytes=(\d+)-(\d+)", log):
        yield int(last) - int(first) == 2**20 - 1


@pytest.fixture
def site(s3, tmp_path):
    bucket = s3.bucket(prefix=tmp_path.name)
    obstore.put(bucket, "film.mp4", CONTENT)
    with ExitStack() as stack:
        logs = [tmp_path / "first.log", tmp_path / "second.log"]
        servers = [
            stack.enter_context(
                server_process(
                    *("--assets", f"s3://{BUCKET}/{tmp_path.name}", "--cache", str(tmp_path / log.stem)),
                    environment=s3.environment,
                    stderr=stack.enter_context(log.open("w")),
                )
            )
            for log in logs
        ]
        port = free_port()
        stack.enter_context(_nginx(tmp_path, port, *(server.port for server in servers)))
        yield Site(port, servers, logs)


def _nginx(folder: Path, port: int, first: int, second: int) -> ExitStack:
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for ours, its in {
        "listen 8080": f"listen 127.0.0.1:{port}",
        ":8001": f":{first}",
        ":8002": f":{second}",
        "/var/cache/nginx/films": str(folder / "slices"),
    }.items():
        assert ours in site
        site = site.replace(ours, its)
    paths = "".join(f"{name}_temp_path {folder};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{paths}{site} }}\n"
    )
    process = subprocess.Popen([NGINX, "-c", str(configuration), "-p", str(folder)], stderr=subprocess.DEVNULL)
    stack = ExitStack()
    stack.callback(process.wait)
    stack.callback(process.kill)
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return stack
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError((folder / "nginx.log").read_text())


def test_servers_of_one_bucket_agree_on_every_field(site):
    answers = []
    for server in site.servers:
        with site.get(url=f"{server.url}/videos/film.mp4", Range="bytes=5-9") as response:
            answers.append((dict(response.headers) | {"Date": ""}, response.read()))
    assert answers[0] == answers[1]


def test_each_slice_is_asked_for_once_and_a_warm_film_of_nobody(site):
    assert site.content() == CONTENT
    assert sum(site.asked()) == SLICES
    assert site.content() == CONTENT
    assert site.content(Range="bytes=1500000-3499999") == CONTENT[1500000:3500000]
    assert site.content(Range="bytes=-10") == CONTENT[-10:]
    with site.get() as response:
        tag = response.headers["ETag"]
    assert site.content(Range="bytes=0-9", If_Range=tag) == CONTENT[:10]
    with pytest.raises(urllib.error.HTTPError) as not_modified:
        site.content(If_None_Match=tag)
    assert not_modified.value.code == 304
    not_modified.value.close()
    assert sum(site.asked()) == SLICES


def test_a_server_that_dies_in_mid_film_is_not_noticed(site):
    with site.get() as response:
        content = response.read(1_000_000)
        site.servers[0].process.kill()
        content += response.read()
    assert content == CONTENT
    assert site.content(Range="bytes=100-199") == CONTENT[100:200]


def test_both_servers_have_their_share(site):
    site.content()
    assert all(site.asked())
