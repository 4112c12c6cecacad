"""The documents of the page: every file of static/, and its modules as one script, compressed once at the start."""

from datetime import UTC, datetime
from pathlib import Path

from services.document import Document
from services.page_script import MAP, SCRIPT, page_script

_ENTRY = "app.js"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def site_documents(folder: Path) -> dict[str, Document]:
    """The files of ``folder`` as documents, by their path in it ("app.js", "icons/icon.png"), and the script that the
    page loads. Files of types that a page does not need are left out."""
    files = {
        file.relative_to(folder).as_posix(): (file.read_bytes(), file.stat().st_mtime)
        for file in sorted(folder.rglob("*"))
        if file.suffix in _MEDIA_TYPES and file.is_file()
    }
    modules = {name: content.decode() for name, (content, _) in files.items() if name.endswith(".js")}
    if _ENTRY in modules:
        newest = max(modified for _, modified in files.values())
        script, source_map = page_script(modules, _ENTRY)
        files |= {SCRIPT: (script.encode(), newest), MAP: (source_map.encode(), newest)}
    return {name: _document(name, *file) for name, file in files.items()}


def _document(name: str, content: bytes, modified: float) -> Document:
    return Document.of(content, _MEDIA_TYPES[Path(name).suffix], datetime.fromtimestamp(int(modified), UTC))
