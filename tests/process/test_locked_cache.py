"""A locked server behind nginx with its cache: what is cached is still locked."""

import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from services.access.grants import Scope
from services.access.shares import Form, Subject, Terms, link
from services.access.signing import Signer, derived_key
from services.access.tickets import ticket
from tests.films import put, telling_bytes
from tests.nginx import nginx_before
from tests.server_process import server_process

END_S = 0xFFFFFFFF
PASSWORD = {"Authorization": "Bearer open sesame"}


def _ticket(scope):
    return f"/t/{ticket(Signer(derived_key('open sesame')), scope, END_S)}"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def ask(films, tmp_path, log):
    """Asks nginx. Returns the status, the fields and the content."""
    put(films, "Noir/M.mp4", telling_bytes(3 * 2**20))
    put(films, "Alien.mp4", telling_bytes(4096))
    with log.open("w") as stderr:
        environment = {"PASSWORD": "open sesame", "SHARES": "none"}
        options = ("--assets", str(films), "--trust-proxy", "127.0.0.1")
        server = server_process(*options, environment=environment, stderr=stderr)
        with server as behind, nginx_before(behind.port, tmp_path) as url:
            connection = HTTPConnection(urlsplit(url).netloc)

            def asked(target, fields=None, method="GET", form=None):
                connection.request(method, target, form, headers=fields or {})
                answer = connection.getresponse()
                return answer.status, answer.headers, answer.read()

            asked.origin = url
            yield asked
            connection.close()


def test_what_is_cached_is_for_those_alone_to_whom_it_is_due(ask, log):
    film = telling_bytes(3 * 2**20)
    alien = ask("/videos/Alien.mp4", PASSWORD)
    assert (alien[0], alien[2]) == (200, telling_bytes(4096))
    of_film, of_folder = _ticket(Scope("Noir/M.mp4")), _ticket(Scope("Noir", is_folder=True))
    for target, fields in (("/videos/Noir/M.mp4", PASSWORD), (f"{of_film}/videos/Noir/M.mp4", {})):
        status, answered, content = ask(target, fields)
        assert (status, answered["Cache-Control"], content) == (200, "private, no-cache", film)
    shared = f"/s/{link(Signer(derived_key('open sesame')), Subject(Form.FILM, 'Noir/M.mp4'), Terms())}"
    for target, fields in (
        ("/videos/Noir/M.mp4", {}),
        ("/videos/Noir/M.mp4", {"Range": "bytes=0-7"}),
        ("/videos/Alien.mp4", {"Authorization": "Bearer x"}),
        ("/videos/none.mp4", {}),
        (f"{of_film}/videos/Alien.mp4", {}),
        (f"{of_film}/../../videos/Alien.mp4", {}),
        (f"{of_film}/videos/Noir/M.mp4/../../Alien.mp4", {}),
        (f"{of_folder}/videos/Noir/../Alien.mp4", {}),
        (f"{of_folder}/videos/Noir/%2e%2e/Alien.mp4", {}),
        (f"{of_folder}/videos/Noir%2F..%2FAlien.mp4", {}),
        (f"{of_folder}/videos/Noir/..%2fAlien.mp4", {}),
        (f"/t/{'x' * 22}/videos/Alien.mp4", {}),
        (f"{shared}/videos/Alien.mp4", {}),
        (f"{shared}/videos/Noir/M.mp4", {}),
        (f"{shared}/videos/../../../videos/Alien.mp4", {}),
        (f"/t/x{shared}/videos/Alien.mp4", {}),
    ):
        for method in ("GET", "HEAD"):
            status, answered, content = ask(target, fields, method)
            assert status == 401, target
            assert answered["Cache-Control"] == "no-store"
            assert answered["Last-Modified"] is answered["ETag"] is answered["Content-Range"] is None
            assert content == (b"" if method == "HEAD" else ask("/none", {})[2])
    assert ask(f"{shared}/videos/M.mp4")[2] == film
    slices = re.findall(r"GET /videos/Noir/M\.mp4 206 bytes=(\d+)-", log.read_text("utf-8"))
    assert slices == ["0", "1048576", "2097152"]


def test_browsers_get_the_sign_in_page_whose_form_is_taken_and_who_tries_too_often_is_told_so(ask):
    status, _, page = ask("/videos/Noir/M.mp4", {"Accept": "text/html"})
    assert (status, b'<form method="post" action="../../sign-in">' in page) == (401, True)
    coded = link(Signer(derived_key("open sesame")), Subject(Form.FILM, "Alien.mp4"), Terms(0, END_S, code="rosebud"))
    for target, form in (("/sign-in", "password=open+sesame"), (f"/s/{coded}/sign-in", "code=rosebud")):
        for origin, status in ((ask.origin, 303), ("http://127.0.0.1:9", 403), ("http://localhost", 403)):
            assert ask(target, {"Origin": origin}, "POST", form)[0] == status
    answers = [ask("/videos/Alien.mp4", {"Authorization": "Bearer guess"}) for _ in range(6)]
    assert [status for status, _, _ in answers] == [401] * 5 + [429]
    assert (answers[5][1]["Retry-After"], answers[5][1]["Cache-Control"]) == ("30", "no-store")
