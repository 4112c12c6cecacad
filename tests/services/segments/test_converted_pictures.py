"""Pictures that are converted, held against those of the film as FFmpeg decodes them."""

import asyncio
import json
import subprocess

import numpy
import pytest

from services.errors import ConversionRefused, FilmNotPackaged
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE, Conversions
from tests.damaged_films import without_pictures
from tests.films import put
from tests.needs import need
from tests.real_films import ffmpeg
from tests.segments import segment
from tests.sources import whole

ALL = Conversions(sound=True, pictures=True)
SECONDS = 5
INTERLACED = ("-vf", "tinterlace=interleave_top,setsar=64/45", "-flags", "+ilme+ildct", "-top", "1")
# Each in two or three segments, whose groups of pictures are open if there are pictures that need two others.
FILMS = {
    "MPEG-4 ASP in mp4": (
        "testsrc2=size=160x90:rate=24",
        ("-c:v", "mpeg4", "-bf", "2", "-g", "48", "-q:v", "3"),
    ),
    "MPEG-4 ASP in mkv": (
        "testsrc2=size=160x90:rate=24",
        ("-c:v", "mpeg4", "-bf", "2", "-g", "48", "-q:v", "3"),
    ),
    "MPEG-4 ASP in avi": (
        "testsrc2=size=160x90:rate=24",
        ("-c:v", "mpeg4", "-g", "48", "-q:v", "3"),
    ),
    "MPEG-2 in ts": (
        "testsrc2=size=160x90:rate=24",
        ("-c:v", "mpeg2video", "-bf", "2", "-g", "48", "-b:v", "2M"),
    ),
    "anamorphic WMV 8 in wmv": (
        "testsrc2=size=120x90:rate=24,setsar=4/3",
        ("-c:v", "wmv2", "-g", "48", "-q:v", "3"),
    ),
    "anamorphic MS MPEG-4 in mkv": (
        "testsrc2=size=120x90:rate=24,setsar=4/3",
        ("-c:v", "msmpeg4", "-g", "48", "-q:v", "3"),
    ),
    "anamorphic MPEG-2, interlaced, in mkv": (
        "testsrc2=size=180x144:rate=50",
        (*INTERLACED, "-c:v", "mpeg2video", "-bf", "2", "-g", "50", "-b:v", "2M"),
    ),
    "H.264 of ten bits in ts": (
        "testsrc2=size=160x90:rate=24,format=yuv420p10le",
        ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48"),
    ),
    "HEVC in mp4": (
        "testsrc2=size=160x90:rate=24,format=yuv420p",
        ("-c:v", "libx265", "-x265-params", "log-level=error:keyint=48", "-tag:v", "hvc1"),
    ),
}


def _film(path, source, options):
    # Its origin may be late: times are held against each other.
    ffmpeg("-f", "lavfi", "-i", f"{source.partition(',')[0]}:duration={SECONDS}", *_filters(source, options), str(path))
    return path


def _filters(source, options):
    filters = source.partition(",")[2]
    return ("-vf", filters, *options) if filters else options


@pytest.fixture(params=FILMS)
def film(request, tmp_path):
    return _film(tmp_path / f"film.{request.param.split()[-1]}", *FILMS[request.param])


@pytest.fixture
def asp(tmp_path):
    return _film(tmp_path / "film.mp4", *FILMS["MPEG-4 ASP in mp4"])


async def _whole_film(segments, film, target):
    """The path of all segments, one behind another, and where second 0 is in them."""
    document, _ = await segments.index(film.name, None)
    index = json.loads(await whole(document.selected(None)))
    (track,) = [track for track in index["tracks"] if track["name"].startswith("x")]
    # In an order in which some go on where the one before ended, and others do not: 1 3 0 2 4.
    numbers = sorted(range(len(track["cuts"])), key=lambda number: (number % 2 == 0, number))
    made = {number: await segment(segments, film, number, track["name"], init=number == 0) for number in numbers}
    target.write_bytes(b"".join(made[number] for number in sorted(made)))
    return target, index["delay"]


def _told(path, entries):
    """What ffprobe says of the picture."""
    command = ["-v", "error", "-show_entries", f"stream={entries}", "-of", "json", str(path)]
    printed = subprocess.run([need("ffprobe"), *command], check=True, capture_output=True)
    return json.loads(printed.stdout)["streams"][0]


def _times(path):
    command = ["-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", str(path)]
    printed = subprocess.run([need("ffprobe"), *command], check=True, capture_output=True, text=True)
    assert not printed.stderr
    return [float(line.strip(",")) for line in printed.stdout.split()]


def _pictures(path, width, height, *filters):
    """All pictures, as grey pixels."""
    scaled = ",".join((*filters, f"scale={width}:{height}:flags=area", "format=gray"))
    command = ["-nostdin", "-v", "error", "-i", str(path), "-vf", scaled, "-fps_mode", "passthrough", "-f", "rawvideo"]
    found = subprocess.run([need("ffmpeg"), *command, "-"], check=True, capture_output=True).stdout
    return numpy.frombuffer(found, "u1").reshape(-1, height, width).astype(int)


@pytest.mark.gen_test
async def test_segments_that_were_made_in_any_order_have_the_pictures_of_the_film_at_their_times(film, serve, tmp_path):
    segments, _ = serve(film, conversions=ALL)
    joined, delay = await _whole_film(segments, film, tmp_path / "joined.mp4")
    shown, expected = _times(joined), _times(film)
    assert [time - delay for time in shown] == pytest.approx([time - expected[0] for time in expected], abs=0.0015)
    own, converted = _pictures(film, 80, 44, "bwdif=mode=send_frame:deint=interlaced"), _pictures(joined, 80, 44)
    assert numpy.abs(own - converted).mean() < 3  # of 255


@pytest.mark.gen_test
async def test_pixels_become_square_in_the_shape_of_the_film(serve, tmp_path):
    film = _film(tmp_path / "film.mkv", *FILMS["anamorphic MPEG-2, interlaced, in mkv"])
    segments, _ = serve(film, conversions=ALL)
    joined, _ = await _whole_film(segments, film, tmp_path / "joined.mp4")
    assert _told(joined, "width,height,profile,level,pix_fmt,field_order,color_space") == {
        "profile": "High",
        "width": 256,
        "height": 144,
        "pix_fmt": "yuv420p",
        "level": 42,
        "field_order": "progressive",
        "color_space": "smpte170m",
    }


@pytest.mark.gen_test
async def test_a_picture_that_is_turned_stays_so(asp, serve, tmp_path):
    turned = tmp_path / "turned.mp4"
    ffmpeg("-i", str(asp), "-c", "copy", "-metadata:s:v", "rotate=90", str(turned))
    segments, _ = serve(turned, conversions=ALL)
    joined, _ = await _whole_film(segments, turned, tmp_path / "joined.mp4")
    assert _pictures(joined, 45, 80).shape[1:] == (80, 45)
    assert numpy.abs(_pictures(turned, 45, 80) - _pictures(joined, 45, 80)).mean() < 3


@pytest.mark.parametrize(
    ("transfer", "white", "grey"),
    [("smpte2084", 0.58, 157), ("arib-std-b67", 0.75, 177)],
    ids=["PQ", "HLG"],
)
@pytest.mark.gen_test
async def test_a_high_dynamic_range_becomes_a_standard_one(serve, tmp_path, transfer, white, grey):
    # Black, a grey of 64 (PQ) or 85 cd/m² (HLG), white of 203 cd/m² (ITU-R BT.2408), and the brightest that there is.
    levels = [round(64 + 876 * level) for level in (0, white * 0.8, white, 1)]
    steps = "+".join(f"between(X,{40 * number},{40 * number + 39})*{level}" for number, level in enumerate(levels))
    source = f"color=size=160x90:rate=4,format=yuv420p10le,geq=lum='{steps}':cb=512:cr=512"
    x265 = f"log-level=error:lossless=1:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    film = _film(tmp_path / "film.mp4", source, ("-c:v", "libx265", "-x265-params", x265, "-tag:v", "hvc1"))
    segments, _ = serve(film, conversions=ALL)
    joined, _ = await _whole_film(segments, film, tmp_path / "joined.mp4")
    assert _told(joined, "color_space,color_transfer,color_primaries,color_range") == {
        "color_range": "tv",
        "color_space": "bt709",
        "color_transfer": "bt709",
        "color_primaries": "bt709",
    }
    assert _pictures(joined, 160, 90)[0, 45, 20::40] == pytest.approx([0, grey, 240, 255], abs=3)


@pytest.mark.gen_test
async def test_where_pictures_cannot_be_decoded_the_one_before_stays(asp, serve, tmp_path):
    content = bytearray(asp.read_bytes())
    half = len(content) // 2
    content[half : half + 20_000] = bytes(20_000)
    damaged = put(tmp_path, "damaged.mp4", bytes(content))
    segments, _ = serve(damaged, conversions=ALL)
    joined, delay = await _whole_film(segments, damaged, tmp_path / "joined.mp4")
    times = _times(joined)
    assert len(times) > 72  # of 120
    assert (times[0] - delay, times[-1] - delay) == pytest.approx((0, 119 / 24), abs=0.0015)


@pytest.mark.gen_test
async def test_where_no_picture_can_be_decoded_it_is_black_and_that_is_told(asp, serve, tmp_path):
    damaged = put(tmp_path, "damaged.mp4", without_pictures(asp, 2, 4))
    segments, _ = serve(damaged, conversions=ALL)
    joined, delay = await _whole_film(segments, damaged, tmp_path / "joined.mp4")
    times = [round(time - delay, 3) for time in _times(joined)]
    assert times[44:50] == [1.833, 1.875, 2.0, 3.0, 4.0, 4.042]
    assert [int(picture.max()) for picture in _pictures(joined, 80, 44)[46:48]] == [0, 0]
    told = []
    for number in range(5):
        async with segments.open(damaged.name, "x0", number, None) as (_, opened, _):
            told.append(opened.lacks_picture)
    assert told == [False, False, True, True, False]


@pytest.mark.gen_test
async def test_a_segment_is_converted_once_for_all_who_ask(asp, serve):
    segments, jobs = serve(asp, conversions=ALL)
    answers = await asyncio.gather(*(segment(segments, asp, 0, name) for name in ("x0", "x0p360", "x0")))
    assert len(set(answers)) == 1
    for number in (1, 2, 1, 0):
        await segment(segments, asp, number, "x0")
    assert [job for job in jobs if job.startswith("convert")] == [f"convert_pictures {number}" for number in range(4)]


@pytest.mark.gen_test
async def test_the_pictures_of_another_film_are_refused_while_one_is_watched(asp, serve, tmp_path):
    other = put(tmp_path, "other.mp4", asp.read_bytes() + b"\0\0\0\x08free")
    segments, _ = serve(asp, other, conversions=ALL)
    assert await segment(segments, asp, 0, "x0")
    with pytest.raises(ConversionRefused, match="pictures of one film at a time") as refused:
        await segment(segments, other, 0, "x0")
    assert 1 <= refused.value.retry_after_s <= 8  # a segment of two seconds, and a little


@pytest.mark.parametrize("conversions", [NO_CONVERSIONS, SOUND_ALONE])
@pytest.mark.gen_test
async def test_without_the_option_such_a_film_is_not_packaged(asp, serve, conversions):
    segments, _ = serve(asp, conversions=conversions)
    with pytest.raises(FilmNotPackaged, match="no picture that browsers play"):
        await segments.index(asp.name, None)
