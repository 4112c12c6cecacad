"""WebVTT whose cues are shifted while it is read, from any position."""

import asyncio
import random
from datetime import UTC, datetime

import pytest

from services.http.representation import EntityTag, Representation
from services.media.text.webvtt import Cue, shifted_part, webvtt
from services.shifted_file import ShiftedFile
from services.storage.memory import MemorySource

OFFSET_MS = 3_725_250


def _vtt(later_ms):
    numbers = range(2000)
    cues = [Cue(1000 * n + later_ms, 1000 * n + 700 + later_ms, f"{n}\n--&gt; é {n}") for n in numbers]
    return webvtt(cues).encode()


VTT, SHIFTED = _vtt(0), _vtt(OFFSET_MS)


def _source(content):
    tag = EntityTag("abc")
    return MemorySource(content, Representation(len(content), "text/vtt", tag, datetime(2026, 1, 1, tzinfo=UTC)))


async def _read(source, first, end, step):
    content = b""
    while first + len(content) < end:
        part = await source.read(first + len(content), min(step, end - first - len(content)))
        assert 0 < len(part) <= step
        content += part
    return content


@pytest.mark.parametrize("step", [1, 7, 64, 100, 64 * 1024, 2**20])
def test_it_reads_the_same_in_steps_of_any_size(step):
    content = VTT if step > 1 else VTT[:2000]
    expected = shifted_part(content, OFFSET_MS)
    assert step == 1 or expected == SHIFTED
    assert asyncio.run(_read(ShiftedFile(_source(content), OFFSET_MS), 0, len(content), step)) == expected


def test_it_reads_the_same_from_any_position():
    source = ShiftedFile(_source(VTT), OFFSET_MS)
    chosen = random.Random(1)

    async def parts():
        for _ in range(500):
            first = chosen.randrange(len(VTT))
            length = min(chosen.randrange(1, 200), len(VTT) - first)
            assert await source.read(first, length) == SHIFTED[first : first + length]

    assert len(SHIFTED) == len(VTT)
    asyncio.run(parts())


def test_a_read_is_short_whatever_is_asked_for():
    assert len(asyncio.run(ShiftedFile(_source(VTT), 1).read(0, len(VTT)))) == 8 * 1024


def test_each_offset_has_a_tag_of_its_own():
    tags = {ShiftedFile(_source(VTT), offset_ms).representation.entity_tag for offset_ms in (1, -1, 1000)}
    assert len(tags | {EntityTag("abc")}) == 4
    again = ShiftedFile(_source(VTT), 1000).representation.entity_tag
    assert again in tags
