import logging
import socket

import pytest

from services.errors import HostRefused
from services.hosts import MOST_TOLD, Hosts, allowed_host


def _is_admitted(hosts, authority):
    try:
        hosts.check(authority)
    except HostRefused:
        return False
    return True


@pytest.mark.parametrize(
    "authority",
    [
        *("127.0.0.1", "127.0.0.1:8000", "192.168.1.5:80", "127.0.0.1.", "0.0.0.0:8000"),
        *("[::1]", "[::1]:8000", "[::ffff:127.0.0.1]", "[FE80::1%25eth0]:8000", "[fe80::1%eth0]"),
        *("localhost", "localhost:8000", "localhost:", "LocalHost", "localhost.", "films.localhost:8000"),
    ],
)
def test_addresses_and_localhost_are_ours(authority):
    assert _is_admitted(Hosts(), authority)


@pytest.mark.parametrize(
    "authority",
    [
        *("evil.example", "evil.example:8000", "evil", "EVIL.EXAMPLE.", "xn--bcher-kva.example"),
        *("localhost.evil.example", "127.0.0.1.evil.example", "evil-localhost", "evil.example.local"),
        *("127.0.0.1@evil.example", "evil.example@127.0.0.1", "localhost:8000@evil.example", "localhost:x"),
        *("[evil.example]", "[::1].evil.example", "[::1", "::1", "[::1]evil", "127.0.0.1,evil.example"),
        *("127.0.0.1..", "localhost..", "", ":8000", ".", "..", "256.0.0.1", "1.2.3", "127.0.0.1%00.evil.example"),
    ],
)
def test_whatever_else_it_looks_like_is_not(authority):
    assert not _is_admitted(Hosts(), authority)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Cinema", ["cinema", "CINEMA:8000", "cinema.local", "cinema.local."]),
        ("cinema.example.org", ["cinema.example.org", "cinema", "cinema.local"]),
    ],
)
def test_the_names_of_the_machine_are_ours(name, ours, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    assert all(_is_admitted(Hosts(), authority) for authority in ours)
    assert not _is_admitted(Hosts(), "cinema.evil.example")
    assert not _is_admitted(Hosts(), "evil.cinema.local")
    assert not _is_admitted(Hosts(), "example.org")


@pytest.mark.parametrize(
    ("canonical", "is_ours"),
    [
        ("cinema.home.example", True),
        ("Cinema.Home.Example.", True),
        ("evil.example", False),
        ("cinema-evil.example", False),
        ("", False),
    ],
)
def test_the_full_name_that_a_dns_tells_is_ours_if_it_begins_with_the_machines_own(canonical, is_ours, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "cinema")
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, canonical, ("192.168.1.5", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    hosts = Hosts()
    assert not _is_admitted(hosts, "cinema.home.example")
    hosts.learn_full_name()
    assert _is_admitted(hosts, "cinema.home.example") == is_ours
    assert not _is_admitted(hosts, "evil.example")
    assert not _is_admitted(hosts, "cinema-evil.example")


def test_a_machine_without_a_full_name_has_none(monkeypatch):
    def fails(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    Hosts().learn_full_name()


@pytest.mark.parametrize(
    ("allowed", "ours", "foreign"),
    [
        ("films.example.org", ["films.example.org", "Films.Example.ORG.:443"], ["example.org", "x.films.example.org"]),
        ("Films.Example.ORG.", ["films.example.org"], ["xfilms.example.org"]),
        (".example.org", ["example.org", "a.example.org", "b.a.example.org"], ["xexample.org", "example.org.evil"]),
        ("*.example.org", ["a.example.org", "b.a.example.org:80"], ["example.org", "xexample.org"]),
        ("bücher.example", ["xn--bcher-kva.example"], ["xn--bcher-kvb.example"]),
        ("straße.example", ["xn--strae-oqa.example"], ["strasse.example"]),
        ("nas", ["nas", "NAS:8000"], ["nas.example.org"]),
        ("my_films", ["my_films"], ["my-films"]),
        ("*", ["anything.at.all", "", "me@evil.example"], []),
    ],
)
def test_the_operator_may_allow_others(allowed, ours, foreign):
    hosts = Hosts([allowed_host(allowed)])
    assert [authority for authority in ours if not _is_admitted(hosts, authority)] == []
    assert [authority for authority in foreign if _is_admitted(hosts, authority)] == []
    assert _is_admitted(hosts, "localhost")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "films.example.org:8443", "https://films.example.org", "films.example.org/", "a..b", "*x", "a.*.b"),
        *(
            "*.",
            "**",
            "-a.example",
            "a b",
            "a\nb",
            "[::1",
            "me@films.example.org",
            "a" * 64,
            ".".join(["abcdefg"] * 32),
        ),
    ],
)
def test_what_is_no_host_cannot_be_allowed(text):
    with pytest.raises(
        ValueError, match=r"^a host is a name without scheme and port, such as films\.example\.org, not "
    ):
        allowed_host(text)


def test_the_log_tells_once_of_each_refused_host_and_how_to_allow_it(caplog):
    hosts = Hosts()
    for authority in ("evil.example:8000", "Evil.Example", "evil.example"):
        _is_admitted(hosts, authority)
    assert [record.getMessage() for record in caplog.records] == [
        "refused a request for 'evil.example', which is no name of this server; if it is yours, allow it by"
        " --allowed-hosts (ALLOWED_HOSTS in the environment)"
    ]
    assert caplog.records[0].levelno == logging.WARNING


def test_the_log_tells_of_a_few_hosts_and_of_none_at_length(caplog):
    hosts = Hosts()
    for number in range(1000):
        _is_admitted(hosts, f"{number}." + "a." * 8000)
    assert len(caplog.records) == MOST_TOLD
    assert caplog.records[-1].getMessage().endswith("; further ones are not told of")
    assert max(len(record.getMessage()) for record in caplog.records) < 500
