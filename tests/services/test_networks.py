from ipaddress import ip_address, ip_network

import pytest

from services.networks import counted_as, includes, networks


def test_networks_are_said_in_words_or_numbers():
    assert networks("none") == ()
    assert networks("127.0.0.1, 10.0.0.0/8 ,fd00::/8") == (
        ip_network("127.0.0.1/32"),
        ip_network("10.0.0.0/8"),
        ip_network("fd00::/8"),
    )
    assert networks("10.1.2.3/8") == (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    "text", ["", "localhost", "10.0.0.0/33", "1.2.3.4,", "1.2.3.4 5.6.7.8", "none, 10.0.0.0/8", "*"]
)
def test_what_is_no_network_is_refused_with_words_that_help(text):
    with pytest.raises(ValueError, match="say addresses and networks, such as "):
        networks(text)


@pytest.mark.parametrize(
    ("text", "address", "is_included"),
    [
        ("private", "10.21.157.68", True),
        ("private", "192.168.1.5", True),
        ("private", "::1", True),
        ("private", "fe80::1", True),
        ("private", "172.32.0.1", False),
        ("private", "8.8.8.8", False),
        ("Cloudflare", "104.22.17.40", True),
        ("cloudflare", "2606:4700::1", True),
        ("cloudflare", "10.0.0.1", False),
        ("10.0.0.0/8", "::1", False),
    ],
)
def test_an_address_is_in_a_network_or_not(text, address, is_included):
    assert includes(networks(text), ip_address(address)) == is_included


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_site_of_ipv6_counts_as_one_address(address, counted):
    assert counted_as(address) == counted
