"""Networks of addresses: which of them are trusted, and by which of them a viewer counts."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]

_IPV6_SITE = 64  # bits of the network that one site has, and so one stranger (RFC 6177)
_NAMED = {
    "private": (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    ),
    # https://www.cloudflare.com/ips/
    "cloudflare": (
        *("173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18"),
        *("108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17"),
        *("162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22"),
        *("2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32"),
        *("2a06:98c0::/29", "2c0f:f248::/32"),
    ),
}


def networks(text: str) -> Networks:
    """The setting ``text``: addresses, networks ("10.0.0.0/8"), "private" and "cloudflare", with commas between; or
    "none". Raises ValueError."""
    words = [] if text.lower() == "none" else [word.strip() for word in text.split(",")]
    return tuple(_network(each) for word in words for each in _NAMED.get(word.lower(), (word,)))


def includes(trusted: Iterable[Network], address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in trusted)


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address; an IPv4 address that is written as one of IPv6 is that of IPv4. None: ``text`` is none."""
    try:
        address = ip_address(text.partition("%")[0])  # without the zone of a link-local address
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=1024)
def counted_as(text: str) -> str:
    """What shares, places and limits are counted by: an IPv4 address, or the /64 network of an IPv6 address."""
    address = parsed_address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_SITE), strict=False))
    return text if address is None else str(address)


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            f"say addresses and networks, such as 127.0.0.1 or 10.0.0.0/8, private, cloudflare or none, not {text!r}"
        ) from None
