"""What would improve a film: in sentences, and by the arguments of ffmpeg."""

import pytest

from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE
from services.ways.film import film_of
from services.ways.remedies import remedy

H264 = {"codec": "avc1.640028", "name": "H.264", "width": 1920, "height": 1080}
HEVC = {"codec": "hvc1.2.4.L120.90", "name": "HEVC", "width": 3840, "height": 2160, "hdr": True}
MPEG2 = {"codec": "mpeg2video", "name": "MPEG-2", "width": 1023, "height": 576}
AAC = {"codec": "mp4a.40.2", "name": "AAC", "channels": 2}
MP3 = {"codec": "mp3", "name": "MP3", "channels": 2}
DOLBY = {"codec": "ac-3", "name": "Dolby Digital", "channels": 6}
WMA = {"codec": "wmav2", "name": "WMA", "channels": 2}
TRUEHD = {"codec": "mlpa", "name": "Dolby TrueHD", "channels": 8}
FINE = {"index": "front", "longest_s": 10.4, "peak_bytes_per_s": 1e6}


def _details(container, video, *audio, **more):
    return {"state": "known", "container": container, "video": video, "audio": list(audio), **more}


def _remedy(details, measures=None, conversions=SOUND_ALONE):
    return remedy(details, film_of(details, 10**9, conversions, measures), measures)


def test_a_film_that_is_fine_has_none():
    assert _remedy(_details("mp4", H264, AAC), FINE) is None
    assert _remedy(_details("matroska", H264, AAC, DOLBY), FINE) is None
    assert _remedy(_details("mp4", H264), {"index": "front"}) is None


@pytest.mark.parametrize(
    ("details", "measures", "reasons"),
    [
        (_details("mxf", H264, MP3), FINE, ["No browser plays MXF files: as MP4 all would."]),
        (
            _details("mpegts", H264, AAC),
            {"index": "none"},
            ["No browser plays MPEG-TS files, so the server puts segments together: as MP4 it would be sent as it is."],
        ),
        (
            _details("mpeg", MPEG2, DOLBY),
            {"index": "none"},
            [
                "No browser shows its MPEG-2 picture: as H.264 all would.",
                "No browser plays MPEG-PS files: as MP4 all would.",
                "Chrome and Firefox cannot play its Dolby Digital sound: as AAC it would be heard everywhere.",
            ],
        ),
        (
            _details("matroska", HEVC, AAC),
            FINE,
            [
                "Chrome and Firefox can show its HEVC picture only where the device decodes it:"
                " as H.264 it would show everywhere."
            ],
        ),
        (
            _details("mp4", {**H264, "codec": "avc1.6E0028"}, AAC),
            FINE,
            ["Safari cannot show its H.264 picture: as H.264 of 8 bits it would show everywhere."],
        ),
        (
            _details("matroska", H264, DOLBY),
            FINE,
            ["The server converts its Dolby Digital sound for Chrome and Firefox: as AAC it would be sent as it is."],
        ),
        (
            _details("matroska", H264, TRUEHD),
            FINE,
            [
                "The server converts its Dolby TrueHD sound for Chrome, Firefox and Safari:"
                " as AAC it would be sent as it is."
            ],
        ),
        (
            _details("matroska", H264, WMA),
            FINE,
            ["No browser plays WMA sound: as AAC all would."],
        ),
        (
            _details("mp4", H264, AAC),
            {**FINE, "index": "behind"},
            ["Its index is behind its samples, so the server makes another: in front it is sent as it is."],
        ),
        (
            _details("mp4", H264, AAC),
            {**FINE, "longest_s": 25.0},
            ["Key frames are up to 25 s apart, so a jump loads as much: put one every 2 s."],
        ),
        (
            _details("mp4", H264, AAC),
            {**FINE, "peak_bytes_per_s": 7_500_000},
            [
                "Ten seconds of it take up to 60 Mbit/s, more than many networks bring: a smaller version beside it"
                " would help."
            ],
        ),
        (
            _details("mp4", {**H264, "open_gop": True}, AAC),
            FINE,
            ["Its groups of pictures are open, so a jump may stop it in Chrome: close them."],
        ),
        (
            _details("matroska", H264, AAC, unindexed=True),
            {"index": "none"},
            ["It has no index, so a jump has to search for its place: written anew it has one."],
        ),
        (
            _details("matroska", H264, AAC),
            {"index": "behind", "no_segments": "the film's clock does not run"},
            ["It cannot be sent as segments (the film's clock does not run): written anew it could."],
        ),
        (
            _details("matroska", {**H264, "codec": "vp8", "name": "VP8"}, AAC),
            {"index": "behind"},
            [
                "Safari cannot show its VP8 picture: as H.264 it would show everywhere.",
                "Firefox reads all of it before it starts.",
            ],
        ),
    ],
)
def test_the_reasons_are_told_the_worst_first(details, measures, reasons):
    assert list(_remedy(details, measures).reasons) == reasons


def test_a_server_that_converts_nothing_leaves_dolby_silent():
    assert _remedy(_details("matroska", H264, DOLBY), FINE, conversions=NO_CONVERSIONS).reasons == (
        "Chrome and Firefox cannot play its Dolby Digital sound: as AAC it would be heard everywhere.",
    )


@pytest.mark.parametrize(
    ("details", "measures", "arguments"),
    [
        (_details("mxf", H264, MP3), FINE, "-map 0:V:0 -map 0:a? -c copy -movflags +faststart"),
        (
            _details("matroska", H264, AAC, DOLBY, image_subtitles=[{"key": "t2"}]),
            {"index": "none"},
            "-map 0:V:0 -map 0:a? -map 0:s? -map 0:t? -c copy -c:a:1 aac -b:a:1 448k",
        ),
        (
            _details("mov", H264, {"codec": "alac", "name": "Apple Lossless", "channels": 2}),
            FINE,
            "-map 0:V:0 -map 0:a? -map 0:s? -c copy -c:a:0 aac -b:a:0 192k -movflags +faststart",
        ),
        (
            _details("mpeg", MPEG2),
            FINE,
            "-map 0:V:0 -map 0:a? -c copy -c:v libx264 -preset slow -crf 20 -pix_fmt yuv420p"
            " -force_key_frames expr:gte(t,n_forced*2) -vf bwdif=deint=interlaced,crop=trunc(iw/2)*2:trunc(ih/2)*2"
            " -movflags +faststart",
        ),
    ],
)
def test_what_is_fine_is_copied(details, measures, arguments):
    assert " ".join(_remedy(details, measures).arguments) == arguments


def test_hdr_becomes_what_all_screens_show():
    found = _remedy(_details("matroska", HEVC, AAC), FINE)
    assert (found.encodes, found.extension) == (True, ".mkv")
    assert "tonemap=hable" in found.arguments[found.arguments.index("-vf") + 1]


def test_films_without_times_get_some():
    assert _remedy(_details("avi", H264, MP3)).before == ("-fflags", "+genpts")
