"""Boxes of MP4 files, read in the simplest way, for tests."""

from collections.abc import Iterator

_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"mvex", b"moof", b"traf"})


def walk(content: bytes, path: str = "", position: int = 0) -> Iterator[tuple[str, int, bytes]]:
    """(path of the box, such as "moov/trak/tkhd"; its position; its content) for each box, in order."""
    end = position + len(content)
    start = position
    while position < end:
        at = position - start
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        assert head <= length <= end - position, f"the length of {path}/{kind!r} at {position}"
        name = f"{path}/{kind.decode('ascii')}".lstrip("/")
        inner = content[at + head : at + length]
        yield name, position, inner
        if kind in _CONTAINERS:
            yield from walk(inner, name, position + head)
        position += length


def boxes(content: bytes, path: str) -> list[bytes]:
    """The contents of the boxes of this path, in order."""
    return [inner for name, _, inner in walk(content) if name == path]
