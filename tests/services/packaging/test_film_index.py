"""What is known of a packaged film."""

import pytest

from services.packaging.film_index import Track


@pytest.mark.parametrize(("stream", "kind", "name"), [(0, "video", "v0"), (12, "audio", "a12")])
def test_a_track_is_called_by_its_kind_and_its_number_in_the_file(stream, kind, name):
    assert Track(stream, kind, "avc1.640028", 1_000, b"").name == name
