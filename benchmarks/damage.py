"""Damages films as disks, networks and strangers do: where their index is, and anywhere."""

import random
import re

_EXTREMES = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
# Where tables are: names of MP4 boxes, and IDs of Matroska's elements up to the first block.
_TABLES = re.compile(
    rb"moov|moof|mvhd|trak|tkhd|edts|elst|mdhd|hdlr|stsd|avcC|hvcC|esds|stts|ctts|stsc|stsz|stz2|stco|co64|stss|sgpd"
    rb"|sbgp|mvex|trex|tfhd|tfdt|trun|sidx|mfra|tfra"
    rb"|\x1a\x45\xdf\xa3|\x18\x53\x80\x67|\x11\x4d\x9b\x74|\x15\x49\xa9\x66|\x16\x54\xae\x6b|\x1c\x53\xbb\x6b"
    rb"|\x1f\x43\xb6\x75|\xa3[\x40-\xff]|\xa0[\x40-\xff]"
)
_NEAR_BYTES = 64  # of the beginning of a table
_MOST_CHANGES = 12


def damaged(film: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The film with one to some changes: bytes and numbers set, put in, taken out, repeated, exchanged or taken from
    one of the others; sometimes it ends early."""
    changed = bytearray(film)
    tables = [found.start() for found in _TABLES.finditer(film)] or [0]
    for _ in range(chance.choice((1, 1, 1, 2, 3, _MOST_CHANGES))):
        if len(changed) < 2 * _NEAR_BYTES:
            break
        _change(changed, _place(tables, len(changed), chance), others, chance)
    if chance.random() < 0.05:
        del changed[chance.randrange(len(changed)) :]
    return bytes(changed)


def _place(tables: list[int], length: int, chance: random.Random) -> int:
    """Mostly in a table: what lies elsewhere is not read."""
    if chance.random() < 0.1:
        return chance.randrange(length)
    return min(max(0, chance.choice(tables) + chance.randrange(-8, _NEAR_BYTES)), length - 1)


def _change(film: bytearray, at: int, others: list[bytes], chance: random.Random) -> None:
    length = chance.choice((1, 2, 4, 8, 16, 100, 1000))
    match chance.randrange(8):
        case 0:
            film[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        case 1:
            film[at : at + 4] = chance.choice(_EXTREMES).to_bytes(4, "big")
        case 2:
            film[at : at + 8] = chance.choice((0, 1, 2**31, 2**32, 2**56 - 1, 2**63 - 1, 2**64 - 1)).to_bytes(8, "big")
        case 3:
            number = int.from_bytes(film[at : at + 4], "big") + chance.choice((-8, -1, 1, 8, 256, 2**16))
            film[at : at + 4] = (number % 2**32).to_bytes(4, "big")
        case 4:
            del film[at : at + length]
        case 5:
            film[at:at] = film[at : at + length] * chance.choice((1, 1, 2, 30))
        case 6:
            other = chance.choice(others)
            begins = chance.randrange(len(other))
            film[at : at + length] = other[begins : begins + length]
        case 7:
            elsewhere = chance.randrange(len(film))
            taken = film[elsewhere : elsewhere + length]
            film[elsewhere : elsewhere + length] = film[at : at + length]
            film[at : at + length] = taken
