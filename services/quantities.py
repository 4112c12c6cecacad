"""Numbers of bytes as people write them in settings."""

import re

_QUANTITY = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ?([kmgt]i?b|b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def byte_count(text: str) -> int:
    """The bytes of "2MB", "1.5 GiB" or "500000". Raises ValueError."""
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"say a number of bytes, such as 500kB, 2MB or 1.5GiB, not {text!r}")
    unit = (found[2] or "b").lower()
    factor: int = (1024 if "i" in unit else 1000) ** _POWERS[unit.rstrip("b").rstrip("i")]
    return round(float(found[1]) * factor)


def in_words(count: int) -> str:
    """About so many bytes, as "100 GB"."""
    for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
        if count >= 1000**power:
            return f"{count / 1000**power:.3g} {unit}"
    return f"{count} bytes"
