"""Films for tests: bytes that tell their own offset, so that a wrong slice shows."""

from pathlib import Path


def telling_bytes(length: int) -> bytes:
    """``length`` bytes: "0000000\\n0000008\\n0000016\\n…", each line the offset at which it stands."""
    return b"".join(b"%07d\n" % offset for offset in range(0, length, 8))[:length]


def put(folder: Path, path: str, content: bytes = b"film") -> Path:
    """Writes a file of ``content`` at ``path`` in ``folder``, and makes the folders that it needs."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def append(film: Path, content: bytes) -> None:
    """Appends ``content`` to the file, as a recording does."""
    with film.open("ab") as file:
        file.write(content)
