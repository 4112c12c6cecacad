"""A document that is served from memory: as it is, or gzipped."""

import gzip
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from services.http.negotiation import accepts_gzip
from services.http.representation import EntityTag, Representation
from services.storage.memory import MemorySource, Pieces, PiecesSource
from services.threads import unhurried

_GZIP = 31  # zlib's number for a gzip stream with the largest window


@dataclass(frozen=True, slots=True)
class Document:
    """A document in up to two representations: as it is, and gzipped where that is shorter."""

    identity: MemorySource | PiecesSource
    gzipped: MemorySource | None

    @classmethod
    def of(cls, content: bytes, media_type: str, last_modified: datetime) -> "Document":
        """The document of ``content``. Compressing takes time in proportion to its length: call it in a thread if it
        may be long."""
        compressed = gzip.compress(content, compresslevel=6, mtime=0)
        if len(compressed) >= len(content):
            return cls(_source(content, media_type, last_modified, None, None), None)
        return cls(
            _source(content, media_type, last_modified, None, "Accept-Encoding"),
            _source(compressed, media_type, last_modified, "gzip", "Accept-Encoding"),
        )

    @classmethod
    def of_pieces(cls, pieces: Pieces, media_type: str) -> "Document":
        """The document of ``pieces`` with nothing in their holes. For a thread: it is compressed entry by entry with
        pauses, since one call for the whole would keep the event loop waiting for Python's lock."""
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
        """An upper bound: other documents may share pieces with it."""
        return sum(source.representation.complete_length for source in self._sources())

    def forget(self) -> None:
        """Frees the content. Readers that are still under way fail with RepresentationChanged."""
        for source in self._sources():
            source.forget()

    def selected(self, accept_encoding: str | None) -> MemorySource | PiecesSource:
        """The representation for a request with this Accept-Encoding field (None: it has no such field)."""
        return self.gzipped if self.gzipped and accepts_gzip(accept_encoding) else self.identity

    def _sources(self) -> list[MemorySource | PiecesSource]:
        return [self.identity, self.gzipped] if self.gzipped else [self.identity]


def _source(
    content: bytes, media_type: str, last_modified: datetime, content_coding: str | None, vary: str | None
) -> MemorySource:
    # A hash of the coded content, so each representation has an entity tag of its own (RFC 9110 §8.8.3.3).
    entity_tag = EntityTag(blake2b(content, digest_size=12).hexdigest())
    return MemorySource(
        content, Representation(len(content), media_type, entity_tag, last_modified, content_coding, vary)
    )
