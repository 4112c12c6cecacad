"""What the operator can choose: command line over environment over default. The environment is read nowhere else."""

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

from services.errors import InvalidSetting
from services.hosts import allowed_host
from services.storage.locations import Location, parse_locations
from services.threads import answer_in_time
from services.version import VERSION

_HERE = Path(__file__).resolve().parent.parent
_PATIENCE_S = 1.0  # a disk that hangs holds up no start
_CACHES = "~/.cache"  # where XDG_CACHE_HOME does not say otherwise (XDG Base Directory Specification)


class Delivery(Enum):
    PROXY = "proxy"
    REDIRECT = "redirect"


def _delivery(text: str) -> Delivery:
    try:
        return Delivery(text.lower())
    except ValueError:
        raise ValueError(f"say proxy or redirect, not {text!r}") from None


def _cache_folder(text: str) -> Path:
    """One that need not be there yet."""
    folder = Path(os.path.expanduser(text))
    if not text or answer_in_time(_is_no_folder, folder, patience_s=_PATIENCE_S):
        raise ValueError(f"no folder: {text}")
    # A user without a home has no cache: what cannot be written to is told of when it is to be used.
    return Path("/nonexistent") / folder.name if text.startswith("~") and folder == Path(text) else folder


def _is_no_folder(path: Path) -> bool:
    return path.exists() and not path.is_dir()


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


def _setting(default: str, option: str, parse: Callable[[str], object], text: str) -> Any:
    """A field of Settings: ``--option`` on the command line, OPTION in the environment. All are given as text."""
    metadata = {"option": option, "parse": parse, "default": default, "text": text}
    return field(default_factory=lambda: parse(default), metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    assets: tuple[Location, ...] = _setting(
        str(_HERE / "assets"),
        "assets",
        parse_locations,
        "where movies are: folders and URLs, with commas between",
    )
    delivery: Delivery = _setting(
        "proxy", "delivery", _delivery, "how films of buckets go to viewers: proxy or redirect"
    )
    cache: Path = _setting(
        f"{_CACHES}/movie-streaming", "cache", _cache_folder, "the folder for what is found out of films"
    )
    host: str = _setting("127.0.0.1", "host", _host, "the address to listen on; 0.0.0.0 for every one of this machine")
    port: int = _setting("8000", "port", _port, "the port to listen on; 0 for any that is free")
    allowed_hosts: tuple[str, ...] = _setting(
        "localhost",
        "allowed-hosts",
        _allowed_hosts,
        "names by which browsers may ask, with commas between, beside addresses, localhost and this machine's names;"
        " .example.org for that and all below, *.example.org for those below, * for any",
    )
    other_sites: bool = _setting(
        "no", "other-sites", _yes_or_no, "whether pages of other sites may read and play what is here"
    )
    zero_copy: bool = _setting("yes", "zero-copy", _yes_or_no, "whether the kernel may send films out of its cache")
    max_viewers: int = _setting("0", "max-viewers", _count, "how many may watch at once; 0: as many as memory allows")
    max_per_address: int = _setting("0", "max-per-address", _count, "how many connections one address may have; 0: any")
    idle_s: float = _setting("75", "idle", _seconds, "how many seconds a connection may be silent before a request")
    grace_s: float = _setting("10", "grace", _seconds, "how many seconds running streams may go on at shutdown")


def parse_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Raises InvalidSetting, whose text is one line. --help and --version print and exit."""
    given = vars(_parser().parse_args(arguments))
    return Settings(**{each.name: _value(each, given, environment) for each in fields(Settings)})


def _value(setting: Field[Any], arguments: Mapping[str, str | None], environment: Mapping[str, str]) -> Any:
    option = setting.metadata["option"]
    name, text = f"--{option}", arguments[_identifier(option)]
    if text is None:
        name = _identifier(option).upper()
        text = environment.get(name) or _default(setting, environment)  # set to nothing is not set
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
        epilog="Each can be set in the environment too, by its name in capitals; the command line goes first.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"movie-streaming {VERSION}")
    for each in fields(Settings):
        option, text = each.metadata["option"], each.metadata["text"]
        parser.add_argument(
            f"--{option}", metavar=_identifier(option).upper(), help=f"{text} (default: {each.metadata['default']})"
        )
    return parser
