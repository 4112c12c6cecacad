"""A track as its file has it, before it is on the clock of the packaged film.

Tested by tests/services/packaging/mp4/timeline/test_segmentation.py.
"""

from dataclasses import dataclass

from services.packaging.codecs.description import Description
from services.packaging.mp4.edit_list import Edit
from services.packaging.mp4.samples.sample_table import SampleTable
from services.packaging.mp4.track import Header


@dataclass(frozen=True, slots=True)
class SourceTrack:
    """A track that browsers may play, with all its samples."""

    header: Header
    description: Description
    edit: Edit
    table: SampleTable
