from urllib.parse import parse_qs

import pytest

from services.http.representation import EntityTag


@pytest.mark.parametrize("opaque", ["65a8e27d-1f", "a+b&c#d%e/f=g", "é\x80", "'()*!~"])
def test_a_tag_in_a_url_is_read_as_it_was(opaque):
    in_url = EntityTag(opaque).in_url
    assert in_url.isascii()
    assert parse_qs(f"v={in_url}") == {"v": [opaque]}
