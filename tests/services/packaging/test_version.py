from services.http.representation import EntityTag
from services.packaging.version import packaged_version


def test_segments_are_named_by_the_version_of_the_film_and_of_how_it_is_packaged():
    assert packaged_version(EntityTag("f7f3fde8")) == EntityTag("f7f3fde8.5")
