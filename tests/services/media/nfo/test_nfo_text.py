import pytest

from services.media.nfo.nfo_text import nfo_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<movie>Amélie</movie>".encode(), "<movie>Amélie</movie>"),
        ("\ufeff<movie>é</movie>".encode(), "<movie>é</movie>"),
        ("<movie>é</movie>".encode("utf-16"), "<movie>é</movie>"),
        ('<?xml version="1.0" encoding="utf-16"?><movie>é</movie>'.encode("utf-16-le"), "<movie>é</movie>"),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<movie/>', "\n<movie/>"),
        (
            '<?xml version="1.0" encoding="windows-1251"?><movie>Солярис</movie>'.encode("cp1251"),
            "<movie>Солярис</movie>",
        ),
        ('<?xml version="1.0" encoding="windows-1252"?><movie>Солярис</movie>'.encode(), "<movie>Солярис</movie>"),
        (b'<?xml version="1.0" encoding="base64"?><movie>caf\xe9</movie>', "<movie>café</movie>"),
        (b'<?xml version="1.0" encoding="x-none"?><movie>caf\xe9</movie>', "<movie>café</movie>"),
        (b"<!DOCTYPE movie><movie/>", "<movie/>"),
        (b"<movie/>\nhttps://example.org/?a=1&b=2", "<movie/>\nhttps://example.org/?a=1&amp;b=2"),
        (b"Tom & Jerry &amp; &lt;b&gt; &eacute;&nbsp;&LT;&AMP;", "Tom &amp; Jerry &amp; &lt;b&gt; é\xa0&lt;&amp;"),
        (b"&unknown; &#233; &#xE9; &#0; &#x110000; &#xD800;", "&amp;unknown; &#233; &#xE9;   "),
        (b"<![CDATA[Tom & Jerry]]> & <![CDATA[a & b]]>&", "<![CDATA[Tom & Jerry]]> &amp; <![CDATA[a & b]]>&amp;"),
        (b"<![CDATA[Tom & Jerry", "<![CDATA[Tom &amp; Jerry"),
        (b"a\x01b\x1b[2Jc\x7f\t\n", "ab[2Jc\x7f\t\n"),
        (b"", ""),
    ],
)
def test_the_text_has_one_root_and_what_a_strict_parser_takes(content, text):
    assert nfo_text(content) == f"<nfo>{text}</nfo>"


@pytest.mark.parametrize("part", [b"<![CDATA[", b"]]>", b"<?xml ", b"<!DOCTYPE ", b"&", b"&#", b"\xff\x00", b"\n "])
def test_no_repetition_takes_long(part):
    """It would take hours if the time grew with the square of the length."""
    assert nfo_text(part * (2**19 // len(part))).endswith("</nfo>")
