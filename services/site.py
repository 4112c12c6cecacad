"""The documents of the page: every file of static/, read and compressed once at the start."""

from datetime import UTC, datetime
from pathlib import Path

from services.document import Document

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}


def site_documents(folder: Path) -> dict[str, Document]:
    """The files of ``folder`` as documents, by their path in it ("app.js", "icons/icon.png"). Files of types that a
    page does not need are left out."""
    return {
        file.relative_to(folder).as_posix(): Document.of(
            file.read_bytes(), media_type, datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        )
        for file in sorted(folder.rglob("*"))
        if (media_type := _MEDIA_TYPES.get(file.suffix)) and file.is_file()
    }
