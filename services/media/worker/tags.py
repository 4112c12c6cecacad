"""What the tags of a film say of it, by the names that FFmpeg gives them.

Those of MP4 are iTunes' atoms (`movenc.c` has the list), those of Matroska are as they are written
(https://www.matroska.org/technical/tagging.html), with the level that they are about before them: "SEASON/PART_NUMBER".
"""

from collections.abc import Mapping

from services.media import description as limits
from services.media.description import Description
from services.media.description_fields import known, line, names, paragraphs, split_names, whole_number, year


def described_by_tags(metadata: Mapping[str, str]) -> Description:
    """The description; empty where no tag says anything. ``comment`` and ``artist`` are left out: programs write their
    names into them."""
    tags = {name.lower(): text.strip() for name, text in metadata.items()}

    def texts(*names: str) -> list[str]:
        return [tags[name] for name in names if tags.get(name)]

    def first(*names: str) -> str:
        return next(iter(texts(*names)), "")

    return known(
        {
            "title": line(first("title")),
            "year": year(texts("date_released", "date", "year", "date_recorded")),
            "series": line(first("show", "collection/title")),
            "season": whole_number(first("season_number", "season/part_number", "season/track")),
            "episode": whole_number(first("episode_sort", "episode/part_number", "episode/track")),
            "plot": paragraphs(first("synopsis", "description", "summary")),
            "genres": split_names(texts("genre"), limits.MAX_GENRES),
            "directors": names(texts("director"), limits.MAX_MAKERS),
            "cast": [{"name": actor} for actor in split_names(texts("actor"), limits.MAX_CAST)],
        }
    )
