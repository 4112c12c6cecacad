"""The password of a server: where it is set, and what the start says."""

import re
import subprocess
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.server_process import COMMAND, clean_environment, server_process

NO_PASSWORD = "there is no password: whoever can reach this server may watch and download everything"


def _status(server, password=None):
    fields = {"Authorization": f"Bearer {password}"} if password else {}
    try:
        with urlopen(Request(f"http://127.0.0.1:{server.port}/api/movies", headers=fields)) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def _hashed(password):
    return subprocess.run(
        [*COMMAND, "hash-password"], input=f"{password}\n", text=True, capture_output=True, check=True
    ).stdout.strip()


def test_a_password_in_the_environment_or_in_a_file_as_it_is_or_hashed_locks_the_server(tmp_path):
    hashed = _hashed("open sesame")
    assert "sesame" not in hashed
    file = tmp_path / "password"
    file.write_text(f"{hashed}\n", "utf-8")
    for arguments, environment in (((), {"PASSWORD": "open sesame"}), (("--password-file", str(file)), {})):
        with server_process(*arguments, environment=environment) as server:
            assert [_status(server, each) for each in (None, "guess", "open sesame")] == [401, 401, 200]


def _cookie(server):
    """Signs in. Returns the session's cookie."""
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/sign-in", "password=open+sesame")
    cookie = connection.getresponse().getheader("Set-Cookie").partition(";")[0]
    connection.close()
    return cookie


def _status_with(server, cookie):
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/api/movies", headers={"Cookie": cookie})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_session_goes_on_when_the_server_is_started_again_and_ends_with_another_password_or_secret():
    with server_process(environment={"PASSWORD": "open sesame"}) as server:
        cookie = _cookie(server)
        assert _status_with(server, cookie) == 200
    for environment, status in (
        ({"PASSWORD": "open sesame"}, 200),
        ({"PASSWORD": "another"}, 401),
        ({"PASSWORD": "open sesame", "SECRET": "0123456789abcdef"}, 401),
    ):
        with server_process(environment=environment) as server:
            assert _status_with(server, cookie) == status


@pytest.mark.parametrize(
    ("arguments", "environment", "warns"),
    [
        (["--host", "127.0.0.1"], {}, False),
        (["--host", "0.0.0.0"], {}, True),
        (["--host", "0.0.0.0", "--open"], {}, False),
        (["--host", "0.0.0.0"], {"PASSWORD": "open sesame"}, False),
        (["--host", "0.0.0.0"], {"RENDER": "true", "OPEN": "yes"}, False),
    ],
)
def test_a_server_that_others_can_reach_says_that_it_has_no_password(tmp_path, arguments, environment, warns):
    with (tmp_path / "log").open("w") as log, server_process(*arguments, environment=environment, stderr=log):
        pass
    lines = [line for line in (tmp_path / "log").read_text("utf-8").splitlines() if "access" in line]
    assert len(lines) == (2 if warns else 0)
    assert (NO_PASSWORD in "".join(lines)) == warns


def test_on_render_a_password_is_made_up_and_told_in_the_log(tmp_path):
    log = tmp_path / "log"
    with log.open("w") as stderr, server_process(environment={"RENDER": "true"}, stderr=stderr) as server:
        password = re.search(r"the password of this server is (\S+): it was made up", log.read_text("utf-8"))[1]
        assert re.fullmatch("(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", password)
        assert [_status(server, each) for each in (None, password)] == [401, 200]


@pytest.mark.parametrize(
    ("arguments", "environment", "complaint"),
    [
        (["--password-file", "/none"], {}, "--password-file: no password can be read from the first line of this file"),
        (["--password-file", "/dev/null"], {"PASSWORD": "x"}, "--password-file: no password can be read"),
        ([], {"PASSWORD": "scrypt:14"}, "PASSWORD: a hash is what `movie-streaming hash-password` prints"),
        ([], {"PASSWORD": "x", "OPEN": "yes"}, "--open: there is a password, too"),
        ([], {"PASSWORD": "x", "SECRET": "short"}, "SECRET: a secret is 16 random characters or more"),
        (["--password", "x"], {}, "unrecognized arguments: --password x"),
    ],
)
def test_a_wrong_setting_is_one_line(arguments, environment, complaint):
    command = [*COMMAND, *arguments, "--port", "0"]
    ended = subprocess.run(command, check=False, env=clean_environment() | environment, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert complaint in ended.stderr


def test_an_empty_password_is_not_hashed():
    ended = subprocess.run([*COMMAND, "hash-password"], check=False, input="\n", text=True, capture_output=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "hash-password: type a password" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--user-header", "Remote-User", "--trust-proxy", "127.0.0.1"], {}),
        (["--user-header", "Remote-User"], {"PASSWORD": "open sesame"}),
        (["--user-header", "Remote-User"], {"PASSWORD": "open sesame", "RENDER": "true"}),
    ],
    ids=["no password", "no proxy", "Render's edge, through which anybody comes"],
)
def test_a_user_header_without_a_proxy_or_a_password_is_refused_in_one_line(arguments, environment):
    environment = clean_environment() | environment
    ended = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, env=environment)
    assert ended.returncode == 2
    assert ended.stderr == (
        "movie-streaming: --user-header: say --trust-proxy, too, with the address of the proxy alone, and set a"
        " password for those who come another way\n"
    )
