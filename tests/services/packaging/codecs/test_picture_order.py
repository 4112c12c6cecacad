"""Slices tell in which order pictures are shown: as MP4 has their times."""

import av
import pytest

from services.packaging.codecs import avc_configuration, hevc_configuration
from services.packaging.codecs.nal_units import units
from services.packaging.codecs.picture_order import PictureOrder, shown_order
from tests.real_films import make_film

AVC = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params")
FILMS = {
    "pyramid": (*AVC, "keyint=24:scenecut=0:b-adapt=0:bframes=3:b-pyramid=normal"),
    "open groups": (*AVC, "keyint=24:scenecut=0:b-adapt=0:bframes=3:open-gop=1"),
    "interlaced": (*AVC, "keyint=24:interlaced=1:bframes=2"),
    "scaling lists": (*AVC, "keyint=24:cqm=jvt:bframes=2"),
    "without B": (*AVC, "keyint=24:bframes=0"),
    "HEVC": (*HEVC, "keyint=24:bframes=4:open-gop=0:log-level=none"),
    "HEVC with open groups": (*HEVC, "keyint=24:bframes=4:open-gop=1:log-level=none"),
}


@pytest.mark.parametrize("kind", FILMS)
def test_the_order_is_that_of_the_times_in_mp4(tmp_path, kind):
    film = make_film(tmp_path / "film.mp4", *FILMS[kind], sound=False, size="160x96", duration_s=3)
    is_hevc = kind.startswith("HEVC")
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        configuration = stream.codec_context.extradata
        packets = [packet for packet in container.demux(stream) if packet.size]
        module = hevc_configuration if is_hevc else avc_configuration
        order = PictureOrder("hevc" if is_hevc else "h264", module.parameter_sets(configuration))
        found = shown_order(order.place(units(bytes(packet), 4)) for packet in packets)
    times = [packet.pts for packet in packets]
    assert found == [sorted(times).index(time) for time in times]
    assert len(found) == 72


def test_what_cannot_be_read_is_shown_as_it_is_decoded():
    for unit in (b"\x65", b"\x65" + bytes(50), b"\x67\x64", b"\x09\xf0", b"\x26\x01"):
        for codec in ("h264", "hevc"):
            order = PictureOrder(codec, [unit])
            assert shown_order([order.place([unit]), order.place([unit])]) == [0, 1]


@pytest.mark.parametrize(
    "configuration", [b"", b"\x01\x64\0\x0c\xff\xe1", b"\x01\x64\0\x0c\xff\xe1\0\x20\x67", b"\x01" + b"\xff" * 40]
)
def test_a_configuration_that_is_cut_off_has_what_comes_before(configuration):
    assert all(avc_configuration.parameter_sets(configuration))
    assert all(hevc_configuration.parameter_sets(configuration))
