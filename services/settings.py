"""The server's settings. The command line goes before the environment, and the environment before the default.

A value is parsed and checked once, at the start. A wrong one raises InvalidSetting, whose text names the setting and
says what would be right. Keys and proxies of stores are read from the environment by services/storage/ and
services/http_client/.
"""

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

from services.admission.budget import Limit, limit
from services.errors import InvalidSetting
from services.hosts import allowed_host
from services.http.sites import OtherSites, other_sites
from services.networks import Networks, networks
from services.packaging.offered import Conversions
from services.quantities import byte_count
from services.storage.locations import Location, parse_locations
from services.threads import answer_in_time
from services.version import VERSION

_HERE = Path(__file__).resolve().parent.parent
_PATIENCE_S = 1.0  # for a disk that hangs: it must not delay the start
_MOST_PASSWORD_BYTES = 4096  # of its file
_LEAST_SECRET_CHARS = 16
_CONVERTING_PROCESSORS = 0.5  # a second of 5.1 takes about 25 ms of one to convert, and the film is sent beside it
_CACHES = "~/.cache"  # unless XDG_CACHE_HOME is set (XDG Base Directory Specification)


class Delivery(Enum):
    """How viewers get the films of a store: through this server, or by a redirect to a link of the store."""

    PROXY = "proxy"
    REDIRECT = "redirect"


def _delivery(text: str) -> Delivery:
    try:
        return Delivery(text.lower())
    except ValueError:
        raise ValueError(f"say proxy or redirect, not {text!r}") from None


class Convert(Enum):
    """What is converted for browsers that lack it."""

    AUTO = "auto"
    SOUND = "sound"
    ALL = "all"
    NO = "no"

    def conversions(self, processors: float) -> Conversions:
        """What is converted where the server may use so many processors: what the operator wants; or else sound, if
        viewers would not wait for it."""
        if self is Convert.AUTO:
            return Conversions(sound=processors >= _CONVERTING_PROCESSORS)
        return Conversions(sound=self is not Convert.NO, pictures=self is Convert.ALL)


def _convert(text: str) -> Convert:
    try:
        return Convert(text.lower())
    except ValueError:
        raise ValueError(f"say auto, sound, all or no, not {text!r}") from None


def _cache_folder(text: str) -> Path:
    """The folder need not exist yet. Raises ValueError if something else has its name."""
    folder = Path(os.path.expanduser(text))
    if not text or answer_in_time(_is_no_folder, folder, patience_s=_PATIENCE_S):
        raise ValueError(f"no folder: {text}")
    # A user without a home directory has no cache. The log says so when the cache is first used.
    return Path("/nonexistent") / folder.name if text.startswith("~") and folder == Path(text) else folder


def _is_no_folder(path: Path) -> bool:
    return path.exists() and not path.is_dir()


def _file(text: str) -> Path | None:
    return None if text.lower() == "none" else Path(os.path.expanduser(text))


def _host(text: str) -> str:
    if not text:
        raise ValueError("an address or host name is needed, such as 127.0.0.1 or 0.0.0.0")
    return text


def _allowed_hosts(text: str) -> tuple[str, ...]:
    return tuple(allowed_host(each.strip()) for each in text.split(","))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise ValueError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) else -1.0
    if not 0 <= seconds <= 86_400:
        raise ValueError(f"a time is a number of seconds from 0 to 86400, not {text!r}")
    return seconds


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10):
        raise ValueError(f"a number is needed, 0 for no limit of its own, not {text!r}")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError(f"say yes or no, not {text!r}")
    return text.lower() == "yes"


def _password_file(text: str) -> str:
    """The password in the file: its first line. "": there is no file."""
    if not text:
        return ""
    content = answer_in_time(_beginning, Path(os.path.expanduser(text)), patience_s=_PATIENCE_S)
    line = (content or "").partition("\n")[0].removesuffix("\r")
    if not line:
        raise ValueError(f"no password can be read from the first line of this file: {text}")
    return line


def _beginning(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_PASSWORD_BYTES).decode("utf-8")
    except (OSError, ValueError):
        return None


def _field_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", text) or text.lower() in ("authorization", "cookie", "host"):
        raise ValueError(f"say the name of a field, such as Remote-User, not {text!r}")
    return "" if text.lower() == "none" else text


def _secret(text: str) -> str:
    if 0 < len(text) < _LEAST_SECRET_CHARS:
        raise ValueError(f"a secret is {_LEAST_SECRET_CHARS} random characters or more")
    return text


def _setting(
    default: str, option: str, parse: Callable[[str], object], text: str, *, on_command_line: bool = True
) -> Any:
    """A field of Settings: ``--option`` on the command line, OPTION in the environment.

    ``parse`` makes the value from text, the default's too, and raises ValueError. ``text`` is for --help. What is not
    ``on_command_line`` is only in the environment: everybody on a machine can read its command lines.
    """
    metadata = {"option": option, "parse": parse, "default": default, "text": text, "on_command_line": on_command_line}
    return field(default_factory=lambda: parse(default), metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. A test compares the table in docs/settings.md with these fields."""

    assets: tuple[Location, ...] = _setting(
        str(_HERE / "assets"),
        "assets",
        parse_locations,
        "where movies are: folders and URLs, separated by commas",
    )
    delivery: Delivery = _setting(
        "proxy", "delivery", _delivery, "how films of buckets go to viewers: proxy or redirect"
    )
    cache: Path = _setting(
        f"{_CACHES}/movie-streaming", "cache", _cache_folder, "the folder for what is found out about films"
    )
    host: str = _setting("127.0.0.1", "host", _host, "the address to listen on; 0.0.0.0 for every one of this machine")
    port: int = _setting("8000", "port", _port, "the port to listen on; 0 for any that is free")
    allowed_hosts: tuple[str, ...] = _setting(
        "localhost",
        "allowed-hosts",
        _allowed_hosts,
        "host names that browsers may use, separated by commas, besides addresses, localhost and this machine's names;"
        " .example.org for it and all names below, *.example.org for those below only, * for any",
    )
    trust_proxy: Networks = _setting(
        "none",
        "trust-proxy",
        networks,
        "networks of the proxies that are believed about who asks, separated by commas: addresses, 10.0.0.0/8, private,"
        " cloudflare",
    )
    password_file: str = _setting(
        "",
        "password-file",
        _password_file,
        "a file whose first line is the password that locks everything, or its hash",
    )
    password: str = _setting(
        "", "password", str, "the password that locks everything, or its hash", on_command_line=False
    )
    secret: str = _setting(
        "", "secret", _secret, "what sessions and tickets are signed by, beside the password", on_command_line=False
    )
    shares: str = _setting(
        "auto",
        "shares",
        str,
        "the file in which links to single films are kept, so that they can be taken back; none: nowhere; auto: in"
        " the user's own folder, or nowhere on Render",
    )
    user_header: str = _setting(
        "none", "user-header", _field_name, "the field by which a trusted proxy says whom it has signed in"
    )
    open: bool = _setting(
        "no", "open", _yes_or_no, "whether the server is meant to have no password where strangers can reach it"
    )
    other_sites: OtherSites = _setting(
        "no",
        "other-sites",
        other_sites,
        "whose pages may read the list and play the films: origins, separated by commas; yes for all, no for none",
    )
    certificate: Path | None = _setting(
        "none", "certificate", _file, "the file with the certificate for TLS, in PEM format; read again when it changes"
    )
    key: Path | None = _setting(
        "none", "key", _file, "the file with the key of the certificate, if it is not in the same file"
    )
    rate: int = _setting(
        "0",
        "rate",
        byte_count,
        "bytes a second that a viewer is sent of a film after a burst, such as 2MB; 0: no limit",
    )
    egress_budget: Limit | None = _setting(
        "none",
        "egress-budget",
        limit,
        "how much may be sent in a day or a month, such as 100GB/month; then no other film begins",
    )
    zero_copy: bool = _setting("yes", "zero-copy", _yes_or_no, "whether the kernel may send films out of its cache")
    convert: Convert = _setting(
        "auto",
        "convert",
        _convert,
        "what few browsers play and is converted: sound; all, which is pictures, too; no, which is nothing; or auto,"
        " which is sound where there is enough of a processor",
    )
    max_viewers: int = _setting("0", "max-viewers", _count, "how many may watch at once; 0: as many as memory allows")
    max_per_address: int = _setting(
        "0", "max-per-address", _count, "how many connections one address may have; 0: no limit"
    )
    idle_s: float = _setting("75", "idle", _seconds, "how many seconds a connection may be silent before a request")
    grace_s: float = _setting("10", "grace", _seconds, "how many seconds running streams may go on at shutdown")


def parse_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """``arguments`` are those of the command line without the program. --help and --version print and exit.

    Raises InvalidSetting, whose text is one line.
    """
    given = vars(_parser().parse_args(arguments))
    return Settings(**{each.name: _value(each, given, environment) for each in fields(Settings)})


def _value(setting: Field[Any], arguments: Mapping[str, str | None], environment: Mapping[str, str]) -> Any:
    option = setting.metadata["option"]
    name, text = f"--{option}", arguments.get(_identifier(option))
    if text is None:
        name = _identifier(option).upper()
        text = environment.get(name) or _default(setting, environment)  # an empty variable counts as not set
    try:
        return setting.metadata["parse"](text)
    except ValueError as error:
        raise InvalidSetting(f"{name}: {error}") from error


def _default(setting: Field[Any], environment: Mapping[str, str]) -> str:
    default: str = setting.metadata["default"]
    caches = environment.get("XDG_CACHE_HOME", "")
    return default.replace(_CACHES, caches, 1) if caches.startswith("/") and default.startswith(_CACHES) else default


def _identifier(option: str) -> str:
    return option.replace("-", "_")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidSetting(f"{message} (--help lists the settings)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="movie-streaming",
        description="Streams a folder of movies to any browser or player.",
        epilog="Each can be set in the environment too, by its name in capitals; the command line goes first. PASSWORD"
        " and SECRET are only there. `movie-streaming hash-password` makes a hash of a password,"
        " `movie-streaming doctor` says how films play.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"movie-streaming {VERSION}")
    for each in fields(Settings):
        option, text = each.metadata["option"], each.metadata["text"]
        if not each.metadata["on_command_line"]:
            continue
        bare: Any = {"nargs": "?", "const": "yes"} if each.metadata["parse"] is _yes_or_no else {}
        about = f"{text} (default: {each.metadata['default'] or 'none'})"
        parser.add_argument(f"--{option}", metavar=_identifier(option).upper(), help=about, **bare)
    return parser
