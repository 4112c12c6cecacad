import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RangeNotSatisfiable
from services.http.ranges import MAX_RANGES, ByteRange, coalesce, select_ranges

SELECTED = {
    "first two bytes": ("bytes=0-1", [(0, 1)]),
    "first byte": ("bytes=0-0", [(0, 0)]),
    "last byte": ("bytes=999-999", [(999, 999)]),
    "open-ended": ("bytes=500-", [(500, 999)]),
    "open-ended from the start": ("bytes=0-", [(0, 999)]),
    "suffix": ("bytes=-10", [(990, 999)]),
    "suffix longer than the representation": ("bytes=-5000", [(0, 999)]),
    "end beyond the end": ("bytes=10-99999", [(10, 999)]),
    "end beyond 64 bits": ("bytes=10-99999999999999999999999", [(10, 999)]),
    "suffix beyond 64 bits": ("bytes=-99999999999999999999999", [(0, 999)]),
    "more digits than int() takes": ("bytes=0-" + "9" * 5000, [(0, 999)]),
    "leading zeros": ("bytes=000-0001", [(0, 1)]),
    "thirty leading zeros": ("bytes=" + "0" * 30 + "5-6", [(5, 6)]),
    "unit in another case": ("Bytes=0-1", [(0, 1)]),
    "two ranges": ("bytes=0-1,10-11", [(0, 1), (10, 11)]),
    "two ranges, blanks between": ("bytes=0-1 ,\t10-11", [(0, 1), (10, 11)]),
    "empty list elements": ("bytes=,0-1,,10-11,", [(0, 1), (10, 11)]),
    "two ranges, in the order asked for": ("bytes=10-11,0-1", [(10, 11), (0, 1)]),
    "adjacent ranges are not overlapping ones": ("bytes=0-1,2-3", [(0, 1), (2, 3)]),
    "overlapping ranges": ("bytes=0-5,3-9", [(0, 9)]),
    "overlapping ranges among others": ("bytes=20-29,0-5,3-9", [(0, 9), (20, 29)]),
    "a range within another": ("bytes=0-99,10-11", [(0, 99)]),
    "the same range twice": ("bytes=0-1,0-1", [(0, 1)]),
    "one of two unsatisfiable": ("bytes=0-1,5000-", [(0, 1)]),
    "one of two an empty suffix": ("bytes=0-1,-0", [(0, 1)]),
    "as many as are allowed": (
        "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(16)),
        [(n * 10, n * 10) for n in range(16)],
    ),
}

IGNORED = {
    "another unit": "foo=0-1",
    "no unit": "0-1",
    "no equals sign": "bytes 0-1",
    "a blank before the equals sign": "bytes =0-1",
    "nothing asked for": "bytes=",
    "only commas": "bytes=,,",
    "letters": "bytes=a-b",
    "no dash": "bytes=5",
    "only a dash": "bytes=-",
    "last before first": "bytes=5-3",
    "one of two inverted": "bytes=0-1,5-3",
    "two dashes": "bytes=--5",
    "negative first": "bytes=-5-7",
    "underscores": "bytes=1_0-2_0",
    "plus sign": "bytes=+1-2",
    "blank within": "bytes=0 -1",
    "Arabic digits": "bytes=٠-١",
    "superscript digits": "bytes=²-³",
    "hexadecimal": "bytes=0x1-0x2",
    "decimal point": "bytes=0.0-1.0",
    "one too many": "bytes=" + ",".join(f"{n * 10}-{n * 10}" for n in range(17)),
    "fifty times everything": "bytes=" + ",".join(["0-"] * 50),
    "two hundred tiny ranges": "bytes=" + ",".join(f"{n}-{n}" for n in range(200)),
    "semicolons": "bytes=0-1;2-3",
    "a second field line": "bytes=0-1,bytes=2-3",
}

UNSATISFIABLE = {
    "first at the end": "bytes=1000-",
    "first beyond the end": "bytes=5000-6000",
    "first beyond 64 bits": "bytes=99999999999999999999999-",
    "both beyond 64 bits": "bytes=99999999999999999999998-99999999999999999999999",
    "suffix of nothing": "bytes=-0",
    "suffix of many zeros": "bytes=-" + "0" * 30,
    "several": "bytes=1000-,2000-,-0",
}


def _table(rows):
    return [pytest.param(*(row if isinstance(row, tuple) else (row,)), id=name) for name, row in rows.items()]


@pytest.mark.parametrize(("field", "positions"), _table(SELECTED))
def test_ranges_are_selected(field, positions):
    assert select_ranges(field, 1000) == tuple(ByteRange(first, last) for first, last in positions)


@pytest.mark.parametrize("field", _table(IGNORED))
def test_a_field_that_breaks_the_grammar_or_asks_too_much_is_ignored(field):
    assert select_ranges(field, 1000) is None


@pytest.mark.parametrize("field", _table(UNSATISFIABLE))
def test_ranges_beyond_the_end_are_not_satisfiable(field):
    with pytest.raises(RangeNotSatisfiable):
        select_ranges(field, 1000)


def test_nothing_of_an_empty_representation_satisfies_positions():
    with pytest.raises(RangeNotSatisfiable):
        select_ranges("bytes=0-", 0)


def test_a_suffix_of_an_empty_representation_is_ignored_as_no_field_can_describe_it():
    assert select_ranges("bytes=-5", 0) is None


def test_a_range_counts_both_its_ends():
    assert len(ByteRange(0, 0)) == 1
    assert len(ByteRange(5, 9)) == 5


def test_content_range_names_both_ends_and_the_complete_length():
    assert ByteRange(5, 9).content_range(1000) == "bytes 5-9/1000"


lengths = st.integers(1, 5000)
positions = st.integers(0, 6000)
specs = st.one_of(
    st.tuples(positions, positions).map(lambda pair: f"{min(pair)}-{max(pair)}"),
    positions.map(lambda first: f"{first}-"),
    positions.map(lambda length: f"-{length}"),
)
fields = st.lists(specs, min_size=1, max_size=MAX_RANGES).map(lambda specs: "bytes=" + ",".join(specs))


@given(fields, lengths)
def test_what_is_selected_lies_within_the_representation_and_nothing_comes_twice(field, length):
    try:
        selected = select_ranges(field, length)
    except RangeNotSatisfiable:
        return
    bytes_selected = [position for each in selected for position in range(each.first, each.last + 1)]
    assert all(0 <= position < length for position in bytes_selected)
    assert len(set(bytes_selected)) == len(bytes_selected)


@given(fields, lengths)
def test_exactly_what_was_asked_for_is_selected(field, length):
    asked = set()
    for spec in field.removeprefix("bytes=").split(","):
        first, last = spec.split("-")
        if not first:
            asked |= set(range(length)[-int(last) :]) if int(last) else set()
        else:
            asked |= set(range(length)[int(first) : int(last) + 1 if last else None])
    try:
        selected = select_ranges(field, length)
    except RangeNotSatisfiable:
        selected = ()
    assert {position for each in selected for position in range(each.first, each.last + 1)} == asked


@given(st.text(), lengths)
def test_no_text_is_answered_by_anything_but_ranges_none_or_not_satisfiable(text, length):
    try:
        selected = select_ranges(f"bytes={text}", length)
    except RangeNotSatisfiable:
        return
    assert selected is None or all(0 <= each.first <= each.last < length for each in selected)


@given(st.lists(st.tuples(positions, st.integers(1, 300)), min_size=1))
def test_coalesced_ranges_hold_the_same_positions_once(pairs):
    ranges = [ByteRange(first, first + length - 1) for first, length in pairs]
    before = {position for each in ranges for position in range(each.first, each.last + 1)}
    after = [position for each in coalesce(ranges) for position in range(each.first, each.last + 1)]
    assert len(after) == len(before)
    assert set(after) == before
