import pytest

from services.http.forwarded import DIRECT, Forwarded, forwarded, user_of
from services.networks import networks

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, cloudflare, fd00::/8")


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.1", "203.0.113.7"),
        ("203.0.113.7,104.22.17.40", "203.0.113.7"),  # as on Render: the edge is Cloudflare's
        ("1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the first is the viewer's own invention
        ("1.2.3.4, 10.0.0.9, 203.0.113.7, 10.0.0.1, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.7, 10.0.0.1", "10.0.0.7"),  # a viewer within a trusted network
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0::7, fd00::1", "2001:db8::7"),
        ("[2001:db8::7]:4711, 10.0.0.1:80", "2001:db8::7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, ::ffff:10.0.0.1", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("1.2.3.4, unknown, 10.0.0.1", "10.0.0.1"),  # what is beyond a malformed one could be anybody's
        ("1.2.3.4, , 10.0.0.1", "10.0.0.1"),
        ("1.2.3.4,", None),
        ("unknown", None),
        ("203.0.113.7 evil", None),
        ("203.0.113.007", None),
        ("203.0.113.7\x00", None),
        ("1", None),
        ("", None),
        ("1.2.3.4, " + "10.0.0.1, " * 20 + "10.0.0.2", "10.0.0.1"),  # a chain is looked at for 16 hops
        ("1.2.3.4, " + "10.0.0.1, " * 14 + "10.0.0.2", "1.2.3.4"),
        ("," * 16_000, None),
    ],
)
def test_the_viewer_is_the_first_from_the_right_that_is_no_trusted_proxy(field, address):
    assert forwarded({"X-Forwarded-For": field}, TRUSTED).address == address


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            "for=203.0.113.7;proto=https;host=films.example",
            Forwarded("203.0.113.7", "https", "films.example"),
        ),
        ('For="[2001:db8::7]:4711"; Proto=HTTPS', Forwarded("2001:db8::7", "https")),
        ("for=1.2.3.4;host=evil.example, for=203.0.113.7;host=films.example, for=10.0.0.1;host=inside", None),
        ('for="1.2.3.4, for=203.0.113.7;host=films.example', Forwarded("203.0.113.7", None, "films.example")),
        ("for=_hidden;proto=https", Forwarded(None, "https")),
        ("for=unknown", DIRECT),
        ("by=10.0.0.1", DIRECT),
        (";;;===,,,", DIRECT),
        ("", DIRECT),
    ],
)
def test_forwarded_tells_the_same_in_one_field(field, told):
    assert forwarded({"Forwarded": field}, TRUSTED) == (told or Forwarded("203.0.113.7", None, "films.example"))


@pytest.mark.parametrize("name", ["For", "Proto", "Host"])
def test_forwarded_counts_only_alone_since_proxies_that_do_not_know_it_pass_it_on(name):
    fields = {f"X-Forwarded-{name}": "none", "Forwarded": "for=1.2.3.4;proto=https;host=evil.example"}
    told = forwarded(fields, TRUSTED)
    assert told == (Forwarded(host="none") if name == "Host" else DIRECT)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"X-Forwarded-Proto": "https"}, Forwarded(scheme="https")),
        ({"X-Forwarded-Proto": "javascript"}, DIRECT),
        ({"X-Forwarded-Host": "films.example:8443"}, Forwarded(host="films.example:8443")),
        ({"X-Forwarded-Host": "[2001:db8::1]:80"}, Forwarded(host="[2001:db8::1]:80")),
        ({"X-Forwarded-Host": "ann@films.example"}, DIRECT),
        ({"X-Forwarded-Host": "films.example/path"}, DIRECT),
        ({"X-Forwarded-Host": "films.example\r\nSet-Cookie: a=b"}, DIRECT),
        ({"X-Forwarded-Prefix": "/our/films/"}, Forwarded(prefix="/our/films")),
        ({"X-Forwarded-Prefix": "//evil.example"}, DIRECT),
        (
            {
                "X-Forwarded-For": "203.0.113.7, 10.0.0.1",
                "X-Forwarded-Proto": "https, http",
                "X-Forwarded-Host": "a, b",
            },
            Forwarded("203.0.113.7", "https", "a"),
        ),
        (
            {"X-Forwarded-For": "1.2.3.4, 203.0.113.7", "X-Forwarded-Proto": "https, http"},
            Forwarded("203.0.113.7", "http"),
        ),
        (
            {"X-Forwarded-For": "203.0.113.7, 10.0.0.1", "X-Forwarded-Proto": "https"},
            Forwarded("203.0.113.7", "https"),
        ),
    ],
)
def test_scheme_host_and_prefix_are_those_that_the_viewer_asked_for(fields, told):
    assert forwarded(fields, TRUSTED) == told


@pytest.mark.parametrize(
    ("value", "user"),
    [
        ("ann", "ann"),
        (" Ann Lee <ann@films.example> ", "Ann Lee <ann@films.example>"),
        ("", ""),
        ("ann,bob", ""),
        ("ann\x00", ""),
        ("a" * 256, "a" * 256),
        ("a" * 257, ""),
    ],
)
def test_a_trusted_proxy_names_one_user(value, user):
    assert user_of({"Remote-User": value}, "Remote-User", TRUSTED) == user
    assert user_of({"Remote-User": value}, "Remote-User", ()) == ""
    assert user_of({"": value}, "", TRUSTED) == ""


def test_without_a_trusted_proxy_nothing_is_believed():
    fields = dict.fromkeys(("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded"), "203.0.113.7")
    assert forwarded(fields, ()) is DIRECT
