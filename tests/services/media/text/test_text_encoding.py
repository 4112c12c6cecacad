import pytest

from services.media.text.text_encoding import decoded

FRENCH = "1\n00:00:01,000 --> 00:00:02,000\nDéjà vu, où ça ? L’été…\n"
GERMAN = "1\n00:00:01,000 --> 00:00:02,000\nSchöne Grüße aus Köln\n"
POLISH = "1\n00:00:01,000 --> 00:00:02,000\nZażółć gęślą jaźń\n"
RUSSIAN = "1\n00:00:01,000 --> 00:00:02,000\nСъешь же ещё этих мягких французских булок, да выпей чаю\n" * 4
ARABIC = "1\n00:00:01,000 --> 00:00:02,000\nنص حكيم له سر قاطع وذو شأن عظيم\n" * 4
JAPANESE = "1\n00:00:01,000 --> 00:00:02,000\n私は昨日、友達と一緒に映画を見に行きました。\n" * 4
CHINESE = "1\n00:00:01,000 --> 00:00:02,000\n天地玄黄宇宙洪荒\n"
GREEK = "1\n00:00:01,000 --> 00:00:02,000\nΞεσκεπάζω την ψυχοφθόρα βδελυγμία\n"
CROATIAN = "1\n00:00:01,000 --> 00:00:02,000\nčćžšđ\n"


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        (FRENCH, "utf-8", None),
        (RUSSIAN, "utf-8", "fr"),  # valid UTF-8 is UTF-8, whatever the name says
        (JAPANESE, "utf-8", None),
        (FRENCH, "utf-8-sig", None),
        (FRENCH, "utf-16", None),
        (FRENCH, "utf-16-le", None),
        (FRENCH, "utf-16-be", None),
        (FRENCH, "cp1252", "fr"),
        (GERMAN, "cp1252", "de"),
        (GERMAN, "cp1252", None),
        (POLISH, "cp1250", "pl"),
        (CROATIAN, "cp1250", "hr"),
        (RUSSIAN, "cp1251", "ru"),
        (RUSSIAN, "cp1251", None),
        (ARABIC, "cp1256", "ar"),
        (ARABIC, "cp1256", None),
        (GREEK, "cp1253", "el"),
        (JAPANESE, "cp932", "ja"),
        (CHINESE, "gb18030", "zh"),
        (CHINESE.replace("黄", "黃"), "big5", "zh-Hant"),
        (FRENCH, "cp1252", "pt-BR"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(text, encoding, language):
    assert decoded(text.encode(encoding), language) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (FRENCH.encode()[:-4] + "é".encode()[:1], FRENCH[:-2] + "\ufffd"),
        (POLISH.encode().replace(b"\xc4\x85", b"\xff", 1), POLISH.replace("ą", "\ufffd", 1)),
        ((RUSSIAN * 5).encode().replace("ж".encode(), b"\xd0", 2), (RUSSIAN * 5).replace("ж", "\ufffd", 2)),
    ],
    ids=["cut within a character", "a wrong byte", "two in a long text"],
)
@pytest.mark.parametrize("language", [None, "fr", "ja"])
def test_a_wrong_byte_in_utf_8_is_one_odd_character(content, text, language):
    assert decoded(content, language) == text


@pytest.mark.parametrize("text", [FRENCH, "1\n00:00:01,000 --> 00:00:02,000\nHello\n", RUSSIAN, CHINESE * 4])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(text, encoding):
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"\x00", b"\xff\xfe\x00", b"\x81\x8d\x8f\x90\x9d", bytes(range(256))]
)
@pytest.mark.parametrize("language", [None, "en", "ja", "sr", "xx"])
def test_what_is_no_text_is_read_as_something(content, language):
    assert isinstance(decoded(content, language), str)


def test_all_line_ends_are_one():
    assert decoded(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_line_ends_that_were_converted_twice_are_one():
    assert decoded(b"a\r\r\n\r\r\nb") == "a\n\nb"


def test_byte_order_marks_of_files_that_were_joined_are_no_text():
    assert decoded("\ufeffone\n\ufefftwo".encode()) == "one\ntwo"
