"""A validator of playlists of HLS, for tests: RFC 8216, and rules of Apple's authoring specification."""

import re

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)')
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]+")  # RFC 3986, without a fragment
_MEDIA = {
    "TYPE",
    "GROUP-ID",
    "NAME",
    "LANGUAGE",
    "DEFAULT",
    "AUTOSELECT",
    "FORCED",
    "CHANNELS",
    "CHARACTERISTICS",
    "URI",
}
_STREAM = {"BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "VIDEO-RANGE"}
_TAGS_OF_TRACKS = {
    "#EXT-X-MEDIA": _MEDIA,
    "#EXT-X-STREAM-INF": _STREAM | {"FRAME-RATE", "AUDIO", "SUBTITLES"},
    "#EXT-X-I-FRAME-STREAM-INF": _STREAM | {"URI"},
}
_TAGS_OF_SEGMENTS = {
    "#EXT-X-TARGETDURATION",
    "#EXT-X-PLAYLIST-TYPE",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-I-FRAMES-ONLY",
    "#EXT-X-MAP",
    "#EXTINF",
    "#EXT-X-ENDLIST",
}


def attributes(line: str) -> dict[str, str]:
    """The attributes of a tag (§4.2), quotes taken off."""
    _, _, text = line.partition(":")
    found = list(_ATTRIBUTE.finditer(text))
    assert "".join(each[0] for each in found) == text, f"no attribute list: {line}"
    names = [each[1] for each in found]
    assert len(set(names)) == len(names), f"an attribute twice: {line}"
    return {each[1]: each[2].strip('"') for each in found}


def check_master_playlist(text: str) -> None:
    lines = _lines(text)
    media: dict[str, list[dict[str, str]]] = {"AUDIO": [], "SUBTITLES": []}
    streams = []
    for place, line in enumerate(lines):
        tag = line.partition(":")[0]
        if tag in _TAGS_OF_TRACKS:
            found = attributes(line)
            assert found.keys() <= _TAGS_OF_TRACKS[tag], line
            if tag == "#EXT-X-MEDIA":
                media[found["TYPE"]].append(found)
            else:
                streams.append(found)
                _check_stream(found)
            if "URI" in found:
                _check_address(found["URI"])
            if tag == "#EXT-X-STREAM-INF":
                _check_address(lines[place + 1])
        elif line.startswith("#"):
            assert line in ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"), line
        else:
            assert lines[place - 1].startswith("#EXT-X-STREAM-INF:"), f"an address alone: {line}"
    for kind, renditions in media.items():
        groups = {rendition["GROUP-ID"] for rendition in renditions}
        assert groups == {stream[kind] for stream in streams if kind in stream}
        for group in groups:
            _check_renditions([rendition for rendition in renditions if rendition["GROUP-ID"] == group])
    assert streams


def check_media_playlist(text: str) -> float:
    """Returns how long it is, in seconds."""
    lines = _lines(text)
    tags = [line.partition(":")[0] for line in lines if line.startswith("#")]
    assert set(tags) <= _TAGS_OF_SEGMENTS | {"#EXTM3U", "#EXT-X-VERSION"}
    for tag in set(tags) - {"#EXTINF"}:
        assert tags.count(tag) == 1, tag
    assert tags[-1] == "#EXT-X-ENDLIST"
    assert lines[-1] == "#EXT-X-ENDLIST"
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in lines
    target = int(lines[tags.index("#EXT-X-TARGETDURATION")].partition(":")[2])
    first = tags.index("#EXTINF")
    if "#EXT-X-MAP" in tags:
        assert tags.index("#EXT-X-MAP") < first
        _check_address(attributes(lines[tags.index("#EXT-X-MAP")])["URI"])
    segments = lines[first:-1]
    durations = []
    for tag, address in zip(segments[::2], segments[1::2], strict=True):
        duration = re.fullmatch(r"#EXTINF:([0-9]+\.[0-9]+),", tag)
        assert duration, tag
        durations.append(float(duration[1]))
        assert durations[-1] > 0
        assert int(durations[-1] + 0.5) <= target
        _check_address(address)
    assert len(set(segments[1::2])) == len(durations)
    return sum(durations)


def _lines(text: str) -> list[str]:
    assert text.endswith("\n")
    assert not set(text) & {"\r", "\0", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\ufeff"}
    lines = text[:-1].split("\n")
    assert lines[0] == "#EXTM3U"
    assert lines.count("#EXT-X-VERSION:7") == 1
    assert "" not in lines
    return lines


def _check_address(address: str) -> None:
    assert _ADDRESS.fullmatch(address), address
    assert ":" not in address.split("/")[0].split("?")[0], f"not relative: {address}"


def _check_stream(found: dict[str, str]) -> None:
    """§4.3.4.2; A9.1, A9.13, A9.14."""
    assert int(found["BANDWIDTH"]) > 0
    assert int(found.get("AVERAGE-BANDWIDTH", found["BANDWIDTH"])) <= int(found["BANDWIDTH"])
    assert re.fullmatch(r"[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*", found["CODECS"])
    assert re.fullmatch(r"[0-9]+x[0-9]+", found.get("RESOLUTION", "0x0"))
    assert re.fullmatch(r"[0-9]+\.[0-9]{3}", found.get("FRAME-RATE", "0.000"))
    assert found.get("VIDEO-RANGE", "SDR") in ("SDR", "PQ", "HLG")


def _check_renditions(renditions: list[dict[str, str]]) -> None:
    """§4.3.4.1, §4.3.4.1.1."""
    for found in renditions:
        assert found.keys() >= {"TYPE", "GROUP-ID", "NAME", "URI", "DEFAULT", "AUTOSELECT"}
        assert {found["DEFAULT"], found["AUTOSELECT"], found.get("FORCED", "NO")} <= {"YES", "NO"}
        assert found["NAME"].strip()
        assert found["AUTOSELECT"] == "YES" or found["DEFAULT"] == "NO"
        assert found["TYPE"] == "SUBTITLES" or "FORCED" not in found
    names = [found["NAME"] for found in renditions]
    assert len(set(names)) == len(names)
    assert [found["DEFAULT"] for found in renditions].count("YES") <= 1
    by = ("LANGUAGE", "FORCED", "CHARACTERISTICS")
    choices = [[each.get(name) for name in by] for each in renditions if each["AUTOSELECT"] == "YES"]
    assert all(choices.count(each) == 1 for each in choices)
