"""Boxes are made as ISO/IEC 14496-12 §4.2 says."""

from services.packaging.fmp4.new_box import new_box, new_full_box


def test_a_box_has_its_length_and_its_kind_in_front_of_its_content():
    assert new_box(b"free", b"ab", b"c") == b"\0\0\0\x0bfreeabc"


def test_a_full_box_has_a_version_and_flags_too():
    assert new_full_box(b"tfdt", 1, 0x020305, b"ab") == b"\0\0\0\x0etfdt\x01\x02\x03\x05ab"
