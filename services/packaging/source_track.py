"""A track as its file has it, before it is on the clock of the packaged film.

Tested by tests/services/packaging/test_packaged_film.py.
"""

from dataclasses import dataclass

from services.packaging.description import Description
from services.packaging.edit_list import Edit
from services.packaging.mp4_track import Header
from services.packaging.sample_table import SampleTable


@dataclass(frozen=True, slots=True)
class SourceTrack:
    """A track that browsers may play, with all its samples."""

    header: Header
    description: Description
    edit: Edit
    table: SampleTable
