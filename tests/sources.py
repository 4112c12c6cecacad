"""Reads sources."""


async def whole(source):
    """All bytes of the source, read in chunks as they are sent."""
    length = source.representation.complete_length
    content = b""
    while len(content) < length:
        content += await source.read(len(content), min(64 * 1024, length - len(content)))
    return content
