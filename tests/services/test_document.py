import gzip
from datetime import UTC, datetime

from services.document import Document

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_content_is_gzipped_for_whoever_accepts_it():
    content = b"words " * 100
    document = Document.of(content, "text/plain", NOW)
    assert document.selected(None).content == content
    assert gzip.decompress(document.selected("gzip").content) == content


def test_each_coding_has_an_entity_tag_of_its_own():
    document = Document.of(b"words " * 100, "text/plain", NOW)
    assert document.selected(None).representation.entity_tag != document.selected("gzip").representation.entity_tag


def test_both_say_that_they_were_selected_by_accept_encoding():
    document = Document.of(b"words " * 100, "text/plain", NOW)
    assert document.selected(None).representation.vary == "Accept-Encoding"
    assert document.selected("gzip").representation.vary == "Accept-Encoding"


def test_content_that_gzip_would_make_longer_stays_as_it_is():
    document = Document.of(b"short", "text/plain", NOW)
    assert document.selected("gzip").content == b"short"
    assert document.selected("gzip").representation.content_coding is None
    assert document.selected("gzip").representation.vary is None


def test_the_entity_tag_is_the_same_in_every_process_and_tells_contents_apart():
    first, again, other = (Document.of(content, "text/plain", NOW) for content in (b"a", b"a", b"b"))
    assert str(first.identity.representation.entity_tag) == '"1ba3c523e770f3313cc91ab1"'
    assert first == again
    assert first.identity.representation.entity_tag != other.identity.representation.entity_tag
