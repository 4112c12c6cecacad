"""What the page about a film shows besides the film's entry in the list: plot, cast and more, and large pictures.

Tested by tests/handlers/test_about.py.
"""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from services.http.representation import EntityTag
from services.library import Movie
from services.media.description import NOTHING, Description
from services.media.details import Details

_FORM = "2"  # changes with what is in the document, which browsers keep for good
_OF_SERIES = ("title", "year", "tagline", "plot", "genres", "studios", "rating", "certificate", "released")


def about_version(movie: Movie, details: Details, improvements: Sequence[str]) -> EntityTag | None:
    """The version of the film's document: of all that it is made of. None: nothing is said of the film."""
    files = [file.version for file in movie.nfos] + [f"{kind} {file.version}" for kind, file in movie.artwork]
    tags = details.get("tags", NOTHING)
    if not (files or tags or improvements):
        return None
    told = json.dumps([_FORM, files, tags, improvements], sort_keys=True)
    return EntityTag(blake2b(told.encode("ascii"), digest_size=12).hexdigest())


def about_json(
    details: Details,
    own: Description,
    series: Description,
    urls: dict[str, str],
    improvements: Sequence[str],
) -> dict[str, Any]:
    """The document's value. ``own`` is what is said of the film, which goes before its tags; ``series`` of its series.
    ``urls`` are those of its artwork, by kind; ``improvements`` what would improve the file."""
    fields: dict[str, Any] = {**details.get("tags", NOTHING), **own}
    if "cast" not in fields and "cast" in series:
        fields["cast"] = series["cast"]
    about = {field: value for field, value in fields.items() if field != "kind"}
    if of_series := {field: value for field, value in series.items() if field in _OF_SERIES}:
        about["of_series"] = of_series
    if urls:
        about["artwork"] = urls
    if improvements:
        about["improve"] = list(improvements)
    return about
