import pytest

from services.quantities import byte_count, in_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("500000", 500_000),
        ("2MB", 2_000_000),
        ("2 mb", 2_000_000),
        ("1.5GiB", 1_610_612_736),
        ("100GB", 100_000_000_000),
        ("64KiB", 65_536),
        ("1TB", 1_000_000_000_000),
        ("7b", 7),
    ],
)
def test_bytes_are_written_as_people_do(text, count):
    assert byte_count(text) == count


@pytest.mark.parametrize("text", ["", "MB", "-1", "1e9", "2 megabytes", "2MB/s", "nan", "٣", "9" * 16])
def test_what_is_no_number_of_bytes_is_refused(text):
    with pytest.raises(ValueError, match="say a number of bytes, such as 500kB, 2MB or"):
        byte_count(text)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (80_400_000_000, "80.4 GB"), (2_000_000, "2 MB")]
)
def test_bytes_in_words(count, words):
    assert in_words(count) == words
