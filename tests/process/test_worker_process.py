"""The worker of a server as its users start it."""

import json
import shutil
import subprocess
import time
import urllib.request

import psutil

from tests.server_process import COMMAND, ROOT, server_process

SECRETS = {
    "AWS_ACCESS_KEY_ID": "secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AZURE_STORAGE_ACCOUNT_KEY": "secret",
    "AZURE_STORAGE_SAS_TOKEN": "secret",
    "GOOGLE_APPLICATION_CREDENTIALS": "secret",
    "DATABASE_URL": "secret",
    "PYTHONANYWHERE_API_TOKEN": "secret",
}


def _known(url):
    with urllib.request.urlopen(f"{url}/api/movies") as answer:
        return all(movie["state"] == "known" for movie in json.load(answer)["movies"])


def _worker(server):
    """The worker's process, once it has looked into the films."""
    deadline_s = time.monotonic() + 120
    while not _known(server.url):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    (worker,) = psutil.Process(server.process.pid).children()
    return worker


def test_the_keys_of_clouds_stay_in_the_server(tmp_path):
    shutil.copy(ROOT / "assets" / "Seek Anywhere.mp4", tmp_path)
    with server_process("--assets", str(tmp_path), environment=SECRETS, stderr=subprocess.DEVNULL) as server:
        environment = _worker(server).environ()
    assert "secret" not in environment.values()


def test_a_worker_needs_nothing_of_the_environment(tmp_path):
    """A service manager may start the server with an empty environment."""
    shutil.copy(ROOT / "assets" / "Seek Anywhere.mp4", tmp_path)
    command = ("env", "-i", f"CACHE={tmp_path / 'cache'}")
    with server_process(
        *("--assets", str(tmp_path)),
        command=(*command, *COMMAND),
        stderr=subprocess.DEVNULL,
    ) as server:
        assert _worker(server).is_running()
