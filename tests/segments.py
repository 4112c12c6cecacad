"""Segments as a player gets them."""

from tests.sources import whole


async def segment(segments, film, number, name="c1", *, init=False):
    """Segment ``number`` of a track of the film at the path ``film``."""
    async with segments.open(film.name, name, number, None, init=init) as (source, opened, _):
        content = await whole(source)
        parts = (part if isinstance(part, bytes) else content[part.first : part.last + 1] for part in opened.parts)
        return b"".join(parts)
