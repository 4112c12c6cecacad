"""nginx with the shipped deploy/nginx.conf before one server."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.needs import need
from tests.ports import free_port
from tests.server_process import ROOT


@contextmanager
def nginx_before(server_port: int, folder: Path) -> Iterator[str]:
    """The URL of nginx. Its files are in ``folder``."""
    port = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for shipped, ours in {
        "/var/cache/movie-streaming": "slices",
        "127.0.0.1:8001": f"127.0.0.1:{server_port}",
        "127.0.0.1:8002": f"127.0.0.1:{server_port} backup",
        "listen 8080": f"listen 127.0.0.1:{port}",
    }.items():
        site = site.replace(shipped, ours)
    (folder / "site.conf").write_text(site, "utf-8")
    user = "user root;" if os.getuid() == 0 else ""  # others may not enter a temporary folder of root's
    (folder / "nginx.conf").write_text(
        f"daemon off; pid pid; error_log stderr; {user} events {{}}\n"
        f"http {{ access_log off; include {folder}/site.conf; }}\n"
    )
    process = subprocess.Popen([need("nginx"), "-q", "-p", folder, "-c", folder / "nginx.conf"])
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


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
