"""The pages: every file of static/, read and compressed once at start, then served from memory."""

import gzip
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from services.http.negotiation import accepts_gzip
from services.http.representation import EntityTag, Representation
from services.storage.memory import MemorySource, Pieces, PiecesSource
from services.threads import unhurried

_GZIP = 31  # zlib's number for a gzip stream with the largest window
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


@dataclass(frozen=True, slots=True)
class Document:
    """Content in memory, as it is and gzipped where that is shorter."""

    identity: MemorySource | PiecesSource
    gzipped: MemorySource | None

    @classmethod
    def of(cls, content: bytes, media_type: str, last_modified: datetime) -> "Document":
        """Takes time in proportion to ``content``: where that may be long, not for the event loop."""
        compressed = gzip.compress(content, compresslevel=6, mtime=0)
        if len(compressed) >= len(content):
            return cls(_source(content, media_type, last_modified, None, None), None)
        return cls(
            _source(content, media_type, last_modified, None, "Accept-Encoding"),
            _source(compressed, media_type, last_modified, "gzip", "Accept-Encoding"),
        )

    @classmethod
    def of_pieces(cls, pieces: Pieces, media_type: str) -> "Document":
        """Of ``pieces`` without anything in their holes. Takes time, and never much of it without a break (as what
        is done by one call of the standard library): no other thread waits for long."""
        compressor = zlib.compressobj(level=6, wbits=_GZIP)
        compressed = [compressor.compress(pieces.beginning)]
        compressed += [compressor.compress(before + after) for before, after in unhurried(pieces.entries)]
        compressed.append(compressor.flush())
        return cls(
            PiecesSource(pieces, media_type, vary="Accept-Encoding"),
            _source(b"".join(compressed), media_type, pieces.made, "gzip", "Accept-Encoding"),
        )

    @property
    def memory_bytes(self) -> int:
        """At most: other documents may have pieces of it, too."""
        return sum(source.representation.complete_length for source in self._sources())

    def forget(self) -> None:
        """Frees the content, and ends those who still read it."""
        for source in self._sources():
            source.forget()

    def selected(self, accept_encoding: str | None) -> MemorySource | PiecesSource:
        """The representation that a request with this Accept-Encoding gets (None: it has none)."""
        return self.gzipped if self.gzipped and accepts_gzip(accept_encoding) else self.identity

    def _sources(self) -> list[MemorySource | PiecesSource]:
        return [self.identity, self.gzipped] if self.gzipped else [self.identity]


def site_documents(folder: Path) -> dict[str, Document]:
    """The documents of ``folder`` by their path in it ("app.js", "icons/icon.png")."""
    return {
        file.relative_to(folder).as_posix(): Document.of(
            file.read_bytes(), media_type, datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        )
        for file in sorted(folder.rglob("*"))
        if (media_type := _MEDIA_TYPES.get(file.suffix)) and file.is_file()
    }


def _source(
    content: bytes, media_type: str, last_modified: datetime, content_coding: str | None, vary: str | None
) -> MemorySource:
    # A hash of the content, coding and all: each representation has a tag of its own (RFC 9110 §8.8.3.3).
    entity_tag = EntityTag(blake2b(content, digest_size=12).hexdigest())
    return MemorySource(
        content, Representation(len(content), media_type, entity_tag, last_modified, content_coding, vary)
    )
