from services.packaging.codecs.avc1_entry import avc1_entry

SPS, PPS = bytes.fromhex("6764002aacb4"), bytes.fromhex("68ef0fcb")


def test_the_sample_entry_has_the_size_and_the_parameter_sets():
    entry = avc1_entry(b"\0\0\0\1" + SPS + b"\0\0\1" + PPS, 640, 360)
    assert int.from_bytes(entry[:4]) == len(entry)
    assert entry[4:8] == b"avc1"
    assert (int.from_bytes(entry[32:34]), int.from_bytes(entry[34:36])) == (640, 360)
    # ISO/IEC 14496-15 §5.3.3.1.2: version, profile, lengths of four bytes; one set of each kind; 4:2:0 of 8 bits.
    assert entry[86:].hex() == (
        "00000021" + b"avcC".hex() + "0164002aff" + "e1" + "0006" + SPS.hex() + "01" + "0004" + PPS.hex() + "fdf8f800"
    )
