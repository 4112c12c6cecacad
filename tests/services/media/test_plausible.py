"""What a worker that was taken over may say of a film, checked against what a probe can say."""

import copy

import pytest

from services.media.plausible import kept_details, plausible_details

KNOWN = {
    "state": "known",
    "container": "matroska",
    "type": 'video/x-matroska; codecs="avc1.640028, mp4a.40.2"',
    "duration": 5400.5,
    "unindexed": True,
    "index_bytes": 12_200_000,
    "tags": {"title": "A film", "plot": "One.\nTwo."},
    "video": {
        "codec": "avc1.640028",
        "name": "H.264",
        "width": 1920,
        "height": 1080,
        "bit_depth": 8,
        "frame_rate": 23.976,
        "hdr": True,
        "open_gop": True,
    },
    "audio": [
        {"codec": "mp4a.40.2", "name": "AAC", "channels": 2, "language": "pt-BR", "label": "日本", "default": True},
        {"codec": "opus", "name": "Opus", "stream": 7, "commentary": True, "described": True, "hearing_impaired": True},
    ],
    "subtitles": [
        {"key": "t2", "language": "en", "label": "For all", "default": True, "forced": True, "hearing_impaired": True},
        {"key": "t10"},
    ],
    "image_subtitles": [{"key": "t4", "language": "fr", "forced": True}, {"key": "t5"}],
    "has_cover": True,
    "chapters": [{"start": 0, "title": "Opening"}, {"start": 1.5}],
}


def test_what_a_probe_says_is_plausible():
    assert plausible_details(copy.deepcopy(KNOWN)) == KNOWN


HOSTILE = {
    "no object": ((), []),
    "nothing": ((), None),
    "another state": (("state",), "unexamined"),
    "a state that is an object": (("state",), {}),
    "a list as its container": (("container",), []),
    "a container that no film has": (("container",), "hls"),
    "another media type": (("type",), "text/html"),
    "a field that is not known": (("poster",), "https://evil.example/pixel.gif"),
    "a cover that may be": (("has_cover",), False),
    "the server's own field": (("has_poster",), True),
    "a try to come": (("next_try",), "2026-01-01T00:00:00Z"),
    "tags with more in them": (("tags",), {"url": "https://evil.example"}),
    "a length in words": (("duration",), "1 h"),
    "a length that is a flag": (("duration",), True),
    "a length below zero": (("duration",), -1),
    "a length without an end": (("duration",), float("inf")),
    "a length that is no number": (("duration",), float("nan")),
    "a length of ages": (("duration",), 1e12),
    "a length of many digits": (("duration",), 10**4000),
    "a width of many digits": (("video", "width"), 10**100),
    "a width with a fraction": (("video", "width"), 1920.5),
    "a width below zero": (("video", "width"), -1),
    "a rate of ages": (("video", "frame_rate"), 1e300),
    "no depth": (("video", "bit_depth"), 0),
    "a flag that is a number": (("video", "hdr"), 1),
    "a flag that is not set": (("video", "open_gop"), False),
    "a URL for a codec": (("video", "codec"), "https://evil.example/"),
    "a codec with a line": (("video", "codec"), "avc1\n"),
    "a picture's field that is not known": (("video", "src"), "https://evil.example/"),
    "a list for a picture": (("video",), []),
    "no tracks": (("audio",), []),
    "an object for tracks": (("audio",), {"0": {}}),
    "too many tracks": (("audio",), [KNOWN["audio"][0]] * 65),
    "a track without a codec": (("audio", 0), {"name": "AAC"}),
    "a track of no file": (("audio", 0, "stream"), 10**6),
    "a commentary that is not set": (("audio", 0, "commentary"), False),
    "too many channels": (("audio", 0, "channels"), 10**9),
    "a language in markup": (("audio", 0, "language"), "<b>"),
    "a language without an end": (("audio", 0, "language"), "-".join(["en"] * 100)),
    "a name without an end": (("audio", 0, "label"), "x" * 201),
    "no name": (("audio", 0, "label"), ""),
    "a name that no encoding has": (("audio", 0, "label"), "\ud800"),
    "a name that moves the cursor": (("audio", 0, "label"), "\x1b[2J"),
    "a name with a zero": (("audio", 0, "label"), "a\0b"),
    "a name that is a number": (("audio", 0, "name"), 1),
    "a key with a path": (("subtitles", 0, "key"), "t2/../../x"),
    "a key that is not an index": (("subtitles", 0, "key"), "t-1"),
    "a key in other digits": (("subtitles", 0, "key"), "t٣"),
    "a key with a zero before it": (("subtitles", 0, "key"), "t02"),
    "a key of many digits": (("subtitles", 0, "key"), "t" + "9" * 100),
    "a key twice": (("subtitles", 0, "key"), "t10"),
    "a track with a URL": (("subtitles", 0, "url"), "https://evil.example/"),
    "too many subtitles": (("subtitles",), [{"key": f"t{index}"} for index in range(65)]),
    "pictures with the key of a text": (("image_subtitles", 0, "key"), "t10"),
    "pictures with a language that is a number": (("image_subtitles", 0, "language"), 1),
    "too many chapters": (("chapters",), [{"start": 0}] * 501),
    "a chapter before the film": (("chapters", 1, "start"), -1),
    "a chapter without a start": (("chapters", 1), {"title": "Opening"}),
    "a chapter with a URL": (("chapters", 1, "url"), "https://evil.example/"),
}


@pytest.mark.parametrize(("place", "value"), HOSTILE.values(), ids=HOSTILE)
def test_what_no_probe_says_is_refused(place, value):
    details = _with(place, value)
    with pytest.raises(ValueError, match=r"."):
        plausible_details(details)
    assert kept_details(details) is None


@pytest.mark.parametrize("field", ["state", "container", "type"])
def test_what_every_film_has_must_be_there(field):
    with pytest.raises(ValueError, match=r"."):
        plausible_details({name: value for name, value in KNOWN.items() if name != field})


def test_a_film_has_a_picture_or_sound():
    with pytest.raises(ValueError, match=r"."):
        plausible_details({"state": "known", "container": "mp4", "type": 'video/mp4; codecs=""'})


def test_what_was_kept_of_films_is_known_again():
    assert kept_details(copy.deepcopy(KNOWN)) == KNOWN
    assert kept_details({"state": "unreadable"}) == {"state": "unreadable"}
    assert kept_details({"state": "no film"}) == {"state": "no film"}
    assert kept_details({"state": "archived"}) is None
    assert kept_details(None) is None


def _with(place, value):
    """The details of a film, with this value at that path."""
    if not place:
        return value
    details = copy.deepcopy(KNOWN)
    parent = details
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return details
