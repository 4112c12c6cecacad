"""MP4 films in fragments, as programs make them, held against what ffprobe says of each packet."""

import pytest

from services.packaging.film_index import NotPackaged
from tests.packets import agrees, indexed, packaged
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film

CODED = (*H264, *B_FRAMES, "-c:a", "aac")


@pytest.mark.parametrize(
    "flags",
    ["frag_keyframe", "frag_keyframe+empty_moov", "frag_keyframe+default_base_moof", "frag_every_frame+empty_moov"],
)
def test_each_sample_is_where_and_when_ffprobe_says(tmp_path, flags):
    agrees(make_film(tmp_path / "film.mp4", *CODED, "-movflags", flags))


def test_edits_tell_when_tracks_begin(tmp_path):
    film = make_film(tmp_path / "film.mp4", *CODED, "-movflags", "dash+delay_moov", "-frag_duration", "500000")
    agrees(film)
    assert indexed(film).index.cuts == (0.0, 2.0)


def test_a_film_whose_clock_began_long_before_it_begins_at_0(tmp_path):
    whole = make_film(tmp_path / "whole.mp4", *CODED)
    film = tmp_path / "live.mp4"
    ffmpeg("-itsoffset", "3600", "-i", str(whole), "-c", "copy", "-movflags", "frag_keyframe+empty_moov", str(film))
    index = indexed(film)
    assert index.index.duration_s == pytest.approx(4.083, abs=0.001)
    assert {stream: packets[0].shown for stream, packets in packaged(index).items()} == {0: 0.083, 1: 0.0}


def test_a_film_that_is_cut_off_ends_with_its_last_whole_samples(tmp_path):
    whole = make_film(tmp_path / "whole.mp4", *CODED, "-movflags", "frag_keyframe+empty_moov", duration_s=8)
    content = whole.read_bytes()
    film = tmp_path / "cut.mp4"
    film.write_bytes(content[: len(content) * 6 // 10])
    index = indexed(film)
    assert 4 < index.index.duration_s < 6
    for packets in packaged(index).values():
        assert packets
        assert max(packet.position + packet.size for packet in packets) <= len(content) * 6 // 10


def test_a_film_without_a_fragment_is_not_packaged(tmp_path):
    whole = make_film(tmp_path / "whole.mp4", *CODED, "-movflags", "frag_keyframe+empty_moov").read_bytes()
    film = tmp_path / "film.mp4"
    film.write_bytes(whole[: whole.index(b"moof") - 4])
    with pytest.raises(NotPackaged, match="no samples"):
        indexed(film)
