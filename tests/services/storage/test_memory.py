import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RepresentationChanged
from services.http.representation import EntityTag, Representation
from services.storage.memory import MemorySource, Pieces, PiecesSource
from tests.sources import whole

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENTRIES = [(b"one ", b"!\n"), (b"two ", b"?\n"), (b"three ", b".\n")]


def _source(entries, filled=b"", runs=None):
    return PiecesSource(Pieces(b"#\n", entries, NOW), "text/plain", runs, filled)


def _in_memory(content):
    return MemorySource(content, Representation(len(content), "text/plain", EntityTag("1"), NOW))


@pytest.mark.parametrize(
    ("filled", "runs", "content"),
    [
        (b"", None, b"#\none !\ntwo ?\nthree .\n"),
        (b"x", None, b"#\none x!\ntwo x?\nthree x.\n"),
        (b"long", [(1, 2)], b"#\ntwo long?\n"),
        (b"x", [(0, 1), (2, 3)], b"#\none x!\nthree x.\n"),
        (b"x", [], b"#\n"),
    ],
)
def test_pieces_are_put_together_with_their_holes_filled(filled, runs, content):
    source = _source(ENTRIES, filled, runs)
    assert asyncio.run(whole(source)) == content
    assert source.representation.complete_length == len(content)


_texts = st.binary(max_size=5)
_entries = st.lists(st.tuples(_texts, _texts), min_size=1, max_size=8)


@given(st.data(), _entries, _texts)
def test_any_part_of_them_may_be_read(data, entries, filled):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(entries)), max_size=4)))
    runs = list(zip(cuts[::2], cuts[1::2], strict=False))
    content = b"#\n" + b"".join(b"".join(filled.join(entry) for entry in entries[begin:end]) for begin, end in runs)
    source = _source(entries, filled, runs)
    assert source.representation.complete_length == len(content)
    first = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(1, len(content) - first))
    part = asyncio.run(source.read(first, length))
    assert part
    assert part == content[first : first + len(part)]
    assert len(part) <= length


def test_the_entity_tag_tells_apart_what_is_filled_in_and_which_entries_there_are():
    tags = {
        str(_source(entries, filled, runs).representation.entity_tag)
        for entries, filled, runs in [
            (ENTRIES, b"", None),
            (ENTRIES, b"x", None),
            (ENTRIES, b"", [(0, 2)]),
            (ENTRIES, b"", [(0, 1), (2, 3)]),
            ([(b"one", b" !\n"), *ENTRIES[1:]], b"", None),
        ]
    }
    assert len(tags) == 5


def test_the_entity_tag_is_the_same_in_every_process():
    assert str(_source(ENTRIES, b"x").representation.entity_tag) == '"df2cf123ad3f54f1cbe6a385"'


@pytest.mark.parametrize("source", [_in_memory(b"content"), _source(ENTRIES)], ids=["bytes", "pieces"])
def test_what_a_viewer_does_not_take_is_given_back(source):
    assert source.give_back(0, b"rest")


@pytest.mark.parametrize("source", [_in_memory(b"long content"), _source(ENTRIES)], ids=["bytes", "pieces"])
def test_what_is_forgotten_is_read_no_further(source):
    assert asyncio.run(source.read(3, 2))
    source.forget()
    with pytest.raises(RepresentationChanged):
        asyncio.run(source.read(5, 2))
