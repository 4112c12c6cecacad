"""The types in static/shared/movies.js are those that docs/http.md lists and the server sends."""

import re

import pytest

from services.media import details
from tests.needs import ROOT


def _properties(name: str) -> set[str]:
    """The properties of a type of the page; one such as "[year]" may be absent."""
    source = (ROOT / "static/shared/movies.js").read_text("utf-8")
    _, rest = source.split(f"@typedef {{object}} {name}\n")
    return set(re.findall(r"@property \{.+\} (\S+)$", rest.split("*/")[0], re.M))


def _of(typed_dict: type) -> set[str]:
    required, optional = typed_dict.__required_keys__, typed_dict.__optional_keys__
    return {*required, *(f"[{key}]" for key in optional)}


def test_a_movie_has_the_fields_that_are_documented():
    table = (ROOT / "docs/http.md").read_text("utf-8").split("| field | is |")[1].split("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", table, re.M)
    documented = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert {name.strip("[]") for name in _properties("Movie")} == documented


def test_what_is_known_of_a_film_has_the_fields_that_are_kept():
    assert _properties("Chapter") == _of(details.Chapter)


@pytest.mark.parametrize("kind", ["Video", "Audio"])
def test_of_a_track_the_list_also_says_what_it_is_converted_to(kind):
    assert _properties(kind) == _of(getattr(details, kind)) | {"[converted]"}


def test_subtitles_are_found_by_a_url_where_a_worker_finds_them_by_a_key():
    assert _properties("Subtitle") == _of(details.EmbeddedSubtitles) - {"key"} | {"url", "[embedded]"}


def test_a_movie_has_the_states_that_are_sent():
    source = (ROOT / "static/shared/movies.js").read_text("utf-8")
    states = re.search(r"@property \{(.+)\} state$", source, re.M)[1]
    assert {state.strip('"') for state in states.split(" | ")} == {*details.State.__args__} - {"no film"}
