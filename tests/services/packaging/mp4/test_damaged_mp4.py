"""Whatever is done to the boxes of a film: it is packaged with samples that can be, or it is not packaged."""

import random
import struct
from itertools import pairwise

import pytest

from services.packaging.film_index import NotPackaged, PackagedFilm
from services.packaging.mp4.index import read_mp4
from services.packaging.reading import read_with
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film

MUTATIONS = 1000
_EXTREMES = (0, 1, 2, 7, 8, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def index(content: bytes) -> PackagedFilm:
    def read(first: int, length: int) -> bytes:
        assert 0 <= first < first + length <= len(content)
        return content[first : first + length]

    return read_with(read_mp4(len(content)), read)


def check(film: PackagedFilm, film_bytes: int) -> None:
    """Asserts what all that use a packaged film take for granted."""
    cuts, tracks = film.index.cuts, film.index.tracks
    assert cuts[0] == 0
    assert all(earlier < later for earlier, later in pairwise((*cuts, film.index.duration_s)))
    assert 0 <= film.index.delay_s <= 61
    ends = dict.fromkeys(range(len(tracks)), 0)
    segments = 0
    for segment in film.segments:
        segments += 1
        for number, samples in enumerate(segment):
            if samples is None:
                continue
            count = len(samples.sizes)
            assert count > 0
            assert sum(each for _, each in samples.runs) == sum(each for each, _ in samples.durations) == count
            assert not samples.offsets or sum(each for each, _ in samples.offsets) == count
            assert all(0 <= value < 2**32 for _, value in (*samples.durations, *samples.offsets))
            assert samples.keys is None or all(0 <= key < count for key in samples.keys)
            assert ends[number] <= samples.decode_time < 2**63
            ends[number] = samples.decode_time + sum(each * value for each, value in samples.durations)
            sizes = iter(samples.sizes)
            for position, each in samples.runs:
                assert each > 0
                assert 0 <= position <= position + sum(next(sizes) for _ in range(each)) <= film_bytes
    assert segments == len(cuts)


def mutated(content: bytes, begins: int, stop: int, source: random.Random) -> bytes:
    """``content`` with some bytes or numbers of those between ``begins`` and ``stop`` changed, or cut off."""
    film = bytearray(content)
    for _ in range(source.choice((1, 1, 2, 4))):
        at = source.randrange(begins, stop - 4)
        match source.randrange(4):
            case 0:
                film[at] = source.randrange(256)
            case 1:
                film[at : at + 4] = struct.pack(">I", source.choice(_EXTREMES))
            case 2:
                film[at : at + 4] = film[at - 4 : at]
            case 3:
                (number,) = struct.unpack_from(">I", film, at)
                film[at : at + 4] = struct.pack(">I", (number + source.choice((-1, 1, 8, 256))) % 2**32)
    return bytes(film[: source.randrange(begins, len(film))] if source.random() < 0.05 else film)


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("films")
    coded = (*H264, *B_FRAMES, "-c:a", "aac")
    whole = make_film(folder / "whole.mp4", *coded, size="64x36", duration_s=5)
    late = ("-itsoffset", "0.5", "-i", str(whole), "-i", str(whole), "-map", "0:v", "-map", "1:a", "-c", "copy")
    ffmpeg(*late, "-movflags", "+faststart", str(folder / "plain.mov"))
    ffmpeg(*late, "-movflags", "frag_keyframe", str(folder / "fragments.mp4"))
    return {name: (folder / name).read_bytes() for name in ("plain.mov", "fragments.mp4")}


@pytest.mark.parametrize("name", ["plain.mov", "fragments.mp4"])
def test_a_damaged_film_has_samples_that_can_be_or_is_not_packaged(films, name):
    content = films[name]
    check(index(content), len(content))
    source = random.Random(14)
    packaged = 0
    boxes = [
        (at - 4, at - 4 + struct.unpack_from(">I", content, at - 4)[0]) for at in places(content, b"moov", b"moof")
    ]
    for _ in range(MUTATIONS):
        film = mutated(content, *source.choice(boxes), source)
        try:
            check(index(film), len(film))
            packaged += 1
        except NotPackaged:
            continue
    assert MUTATIONS // 10 < packaged < MUTATIONS * 9 // 10  # so both were tried


def places(content: bytes, *kinds: bytes) -> list[int]:
    """Where boxes of these kinds have their names."""
    return [at for kind in kinds for at in range(4, len(content)) if content.startswith(kind, at)]
