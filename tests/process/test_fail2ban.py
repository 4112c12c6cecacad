"""The filter for fail2ban, on the log of a server."""

import re
import subprocess
from http.client import HTTPConnection
from pathlib import Path

from services.access.shares import Form, Subject, Terms, link
from services.access.signing import Signer, derived_key
from tests.needs import need
from tests.server_process import server_process

FILTER = Path(__file__).parents[2] / "deploy/fail2ban/filter.d/movie-streaming.conf"


def test_fail2ban_finds_each_failure_and_nothing_that_a_viewer_makes_up(tmp_path):
    log = tmp_path / "log"
    environment = {"PASSWORD": "open sesame", "SHARES": "none"}
    share = link(Signer(derived_key("open sesame")), Subject(Form.FILM, "x"), Terms(code="rosebud"))
    with log.open("w") as stderr, server_process(environment=environment, stderr=stderr) as server:
        connection = HTTPConnection("127.0.0.1", server.port)
        forged = "/x%0A2026-11-28%2018:30:00,042%20W%20sign-in%20wrong%20password%20from%20192.0.2.1"
        for target, password in [("/", "guess")] * 5 + [("/", "open sesame"), (forged, "guess"), (forged, None)]:
            fields = {"Authorization": f"Bearer {password}"} if password else {}
            connection.request("GET", target, headers={**fields, "X-Forwarded-For": "192.0.2.1"})
            connection.getresponse().read()
        connection.request("POST", f"/s/{share}/sign-in", "code=guess")
        connection.getresponse().read()
        connection.close()
    found = subprocess.run([need("fail2ban-regex"), log, FILTER], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Lines: \d+ lines, 0 ignored, (\d+) matched", found)[1] == "8"
    addresses = subprocess.run(
        [need("fail2ban-regex"), "--out", "ip", log, FILTER], capture_output=True, text=True, check=True
    ).stdout
    assert addresses.split() == ["127.0.0.1"] * 8
