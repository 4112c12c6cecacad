"""Segments of Matroska films whose frames are compressed have the frames as they were before."""

import zlib
from base64 import b64encode

import av
import pytest

from services.errors import FilmUnreadable
from services.media.worker.decompress_jobs import decompress_segment
from services.media.worker.index_jobs import index_film
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.kept.stored_matroska import matroska_of
from services.packaging.offered import SOUND_ALONE, offered
from tests.films import put
from tests.matroska import cluster, compressed, element, number, simple, video_track
from tests.matroska import film as matroska
from tests.packets import packet_hashes
from tests.real_films import B_FRAMES, H264, make_film

KINDS = {"zlib": None, "header stripping": (b"\0\0", b"\x0b\x77")}  # as lengths of NAL units and AC-3 begin


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    return make_film(folder / "film.mp4", *H264, *B_FRAMES, "-c:a", "ac3", duration_s=5, size="160x90")


def index_of(path, folder):
    with path.open("rb") as film:
        index_film(film, str(folder / "index"))
    return (folder / "index").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_those_before_they_were_compressed(plain, tmp_path, kind):
    film = put(tmp_path, "film.mkv", compressed(plain, KINDS[kind]))
    index = index_of(film, tmp_path)
    kept = matroska_of(index)
    listed = offered(kept.index, SOUND_ALONE)
    assert kept.is_compressed
    assert [track.name for track in listed.tracks] == ["v0", "a1", "c1"]
    joined = {track.name: init_segment(listed, track) for track in listed.tracks}
    for segment in range(len(listed.cuts)):
        targets = {name: str(tmp_path / name) for name in joined}
        with film.open("rb") as file:
            decompress_segment(file, b64encode(index).decode(), segment, targets)
        for name in joined:
            joined[name] += (tmp_path / name).read_bytes()
    assert packet_hashes(put(tmp_path, "v0.mp4", joined["v0"])) == packet_hashes(plain, "0:v")
    assert packet_hashes(put(tmp_path, "a1.mp4", joined["a1"])) == packet_hashes(plain, "0:a")
    # What is converted fills the time of the film.
    with av.open(str(put(tmp_path, "c1.mp4", joined["c1"]))) as converted:
        assert sum(packet.duration for packet in converted.demux() if packet.size) / 48_000 == pytest.approx(5, abs=0.1)


def test_a_damaged_frame_fails_its_segment_alone(plain, tmp_path):
    content = compressed(plain, None)
    index = index_of(put(tmp_path, "film.mkv", content), tmp_path)
    last = content.rindex(b"\x78\x9c")  # where zlib's last frame begins
    film = put(tmp_path, "film.mkv", content[:last] + 20 * b"\xff" + content[last + 20 :])
    targets = {"v0": str(tmp_path / "v0"), "a1": str(tmp_path / "a1")}
    numbers = range(len(matroska_of(index).index.cuts))
    failed = []
    for segment in numbers:
        with film.open("rb") as file:
            try:
                decompress_segment(file, b64encode(index).decode(), segment, targets)
            except FilmUnreadable:
                failed.append(segment)
    assert failed == [numbers[-1]]


def test_a_bomb_is_bounded(tmp_path):
    bomb = zlib.compress(bytes(2**28))
    encodings = element("6d80", element("6240", element("5034", number("4254", 0))))
    blocks = [simple(1, n, bomb, key=not n) for n in range(8)]
    film = put(tmp_path, "film.mkv", matroska([video_track(encodings)], [cluster(0, *blocks)], [(0, 1, 0)]))
    index = index_of(film, tmp_path)
    with film.open("rb") as file, pytest.raises(FilmUnreadable, match="larger than 60 MB"):
        decompress_segment(file, b64encode(index).decode(), 0, {"v0": str(tmp_path / "v0")})
