"""TLS as its users start it."""

import ssl
import subprocess
import urllib.request

import pytest

from tests.films import put
from tests.needs import need
from tests.server_process import COMMAND, clean_environment, server_process


@pytest.fixture
def arguments(films, certificate):
    put(films, "Film.mp4", b"a film")
    return ["--assets", str(films), "--certificate", str(certificate[0]), "--key", str(certificate[1])]


def _ended(arguments):
    command = [*COMMAND, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=clean_environment())


def test_films_are_there_by_https(arguments, certificate):
    trusting = ssl.create_default_context(cafile=certificate[0])
    with server_process(*arguments, stderr=subprocess.DEVNULL) as server:
        assert server.announcement.startswith(f"https://127.0.0.1:{server.port} has 1 movie of ")
        with urllib.request.urlopen(f"{server.url}/videos/Film.mp4", context=trusting, timeout=30) as answer:
            assert answer.read() == b"a film"
            assert "Strict-Transport-Security" not in answer.headers
        server.process.terminate()
        assert server.ended() == 0


def test_curl_and_openssl_take_it(arguments, certificate):
    with server_process(*arguments, stderr=subprocess.DEVNULL) as server:
        command = [
            need("curl"),
            "--silent",
            "--cacert",
            certificate[0],
            "--range",
            "2-5",
            f"{server.url}/videos/Film.mp4",
        ]
        assert subprocess.run(command, check=True, capture_output=True).stdout == b"film"


def test_a_key_that_does_not_fit_is_told_in_one_line(arguments, certificate, tmp_path):
    command = [need("openssl"), "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", tmp_path / "other.pem"]
    subprocess.run(command, check=True, capture_output=True)
    arguments[-1] = str(tmp_path / "other.pem")
    ended = _ended(arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"movie-streaming: --key: {arguments[-1]} is not the key of the certificate in {certificate[0]}\n"
    )


def test_a_key_without_a_certificate_is_told_in_one_line(certificate):
    arguments = ["--key", str(certificate[1])]
    ended = _ended(arguments)
    assert ended.returncode == 2
    assert ended.stderr == (
        "movie-streaming: --key: say --certificate, too: the file with the certificate of this key\n"
    )
