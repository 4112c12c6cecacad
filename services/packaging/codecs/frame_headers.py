"""What the first bytes of a frame tell of a track whose container does not: AC-3, DTS, E-AC-3, MPEG audio, Opus,
TrueHD and VP9.

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

from dataclasses import dataclass

_AC3_RATES = (48_000, 44_100, 32_000)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)  # by acmod, without the low-frequency channel
_AC3_SYNC = b"\x0b\x77"
_DTS_SYNC = b"\x7f\xfe\x80\x01"
_DTS_RATES = (0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000, 0, 0)
_DTS_CHANNELS = (1, 2, 2, 2, 2, 3, 3, 4, 4, 5)  # by amode, without the low-frequency channel
_MPEG_RATES = (44_100, 48_000, 32_000)
_TRUEHD_SYNC, _MLP_SYNC = b"\xf8\x72\x6f\xba", b"\xf8\x72\x6f\xbb"
_VP9_SYNC = 0x498342
_RGB = 7


class Bits:
    """The bits of ``data``, the first of a byte being its highest. Behind the end all are 0."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data)
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        shifted = self._number >> self._left if self._left >= 0 else self._number << -self._left
        return shifted & ((1 << count) - 1)


@dataclass(frozen=True, slots=True)
class SoundFrame:
    """A frame of sound. ``box`` is the content of the box that describes its track ("dac3", "dec3"); MP3 has none."""

    rate: int
    channels: int
    samples: int
    box: bytes = b""


def ac3_frame(frame: bytes) -> SoundFrame | None:
    """A frame of AC-3 (ETSI TS 102 366 §4.4.1, §4.4.2, §F.4). None: this is none."""
    if len(frame) < 8 or not frame.startswith(_AC3_SYNC):
        return None
    bits = Bits(frame[4:8])
    rate_code, size_code, version, mode, channel_mode = (bits.take(count) for count in (2, 6, 5, 3, 3))
    if rate_code == 3 or version > 10 or size_code > 37:
        return None
    bits.take(2 * (bool(channel_mode & 1 and channel_mode != 1) + bool(channel_mode & 4) + (channel_mode == 2)))
    low_frequency = bits.take(1)
    box = rate_code << 22 | version << 17 | mode << 14 | channel_mode << 11 | low_frequency << 10 | size_code >> 1 << 5
    rate = _AC3_RATES[rate_code] >> max(version - 8, 0)
    return SoundFrame(rate, _AC3_CHANNELS[channel_mode] + low_frequency, 1536, box.to_bytes(3))


def dts_frame(frame: bytes) -> SoundFrame | None:
    """The core of a frame of DTS (ETSI TS 102 114 §5.3.1), which is in those of DTS-HD, too. None: this is none."""
    if len(frame) < 12 or not frame.startswith(_DTS_SYNC):
        return None
    bits = Bits(frame[4:12])
    _, blocks, _, mode, rate_code = (bits.take(count) for count in (7, 7, 14, 6, 4))
    if not _DTS_RATES[rate_code] or mode >= len(_DTS_CHANNELS) or blocks < 5:
        return None
    return SoundFrame(_DTS_RATES[rate_code], _DTS_CHANNELS[mode], 32 * (blocks + 1))


@dataclass(frozen=True, slots=True)
class _Substream:
    length: int
    is_dependent: bool
    rate: int
    rate_code: int
    blocks: int
    version: int
    channel_mode: int
    low_frequency: int
    channel_map: int


def eac3_frame(block: bytes) -> SoundFrame | None:
    """A frame of E-AC-3, with the dependent substreams behind it (ETSI TS 102 366 §E.1.2, §F.6). ``block`` is all of
    the frame. None: this is none, or the film has several programmes."""
    substreams = []
    while block and (substream := _substream(block)):
        substreams.append(substream)
        block = block[substream.length :]
    if not substreams or [each.is_dependent for each in substreams] != [False] + [True] * (len(substreams) - 1):
        return None
    main, dependent = substreams[0], substreams[1:]
    locations = 0
    for each in dependent:
        # §F.6.2.11: the channels Lc/Rc to Cvh are bits 0 to 7, and LFE2 is bit 8; in the map they count from the top.
        locations |= sum(1 << bit for bit in range(8) if each.channel_map >> 10 - bit & 1)
        locations |= (each.channel_map >> 1 & 1) << 8
    kbit_s = sum(each.length for each in substreams) * 8 * main.rate // (main.blocks * 256) // 1000
    head = min(kbit_s, 8191) << 3
    channel_bits = main.channel_mode << 9 | main.low_frequency << 8
    programme = main.rate_code << 22 | main.version << 17 | channel_bits | len(dependent) << 1
    tail = (programme << 8 | locations).to_bytes(4) if dependent else programme.to_bytes(3)
    channels = _AC3_CHANNELS[main.channel_mode] + main.low_frequency
    # §E.1.3.1.8: of the map, pairs of channels are two.
    pairs = sum(2 if name in (0, 1, 4, 5, 6) else 1 for name in range(9) if locations >> name & 1)
    return SoundFrame(main.rate, channels + pairs, main.blocks * 256, head.to_bytes(2) + tail)


def _substream(data: bytes) -> _Substream | None:
    if len(data) < 8 or not data.startswith(_AC3_SYNC):
        return None
    bits = Bits(data[2:32])
    kind = bits.take(2)
    bits.take(3)
    length = 2 * (bits.take(11) + 1)
    rate_code, blocks_code = bits.take(2), bits.take(2)
    if rate_code == 3:
        if blocks_code == 3:
            return None
        rate, blocks = _AC3_RATES[blocks_code] // 2, 6
    else:
        rate, blocks = _AC3_RATES[rate_code], (1, 2, 3, 6)[blocks_code]
    channel_mode, low_frequency, version = bits.take(3), bits.take(1), bits.take(5)
    if not 11 <= version <= 16 or length < 8:
        return None
    for _ in range(1 if channel_mode else 2):
        bits.take(5)
        if bits.take(1):
            bits.take(8)
    channel_map = bits.take(16) if kind == 1 and bits.take(1) else 0
    return _Substream(length, kind == 1, rate, rate_code, blocks, version, channel_mode, low_frequency, channel_map)


def mpeg_frame(frame: bytes, layer: int = 3) -> SoundFrame | None:
    """A frame of MPEG audio of a layer from 1 to 3 (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3 §2.4.2.3). None: this is
    none."""
    bits = Bits(frame[:4])
    sync, version, layer_code, _, _, rate_code, _, mode = (bits.take(count) for count in (11, 2, 2, 1, 4, 2, 2, 2))
    if len(frame) < 4 or sync != 0x7FF or version == 1 or layer_code != 4 - layer or rate_code == 3:
        return None
    rate = _MPEG_RATES[rate_code] >> {3: 0, 2: 1, 0: 2}[version]
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    return SoundFrame(rate, 1 if mode == 3 else 2, samples)


def truehd_frame(frame: bytes) -> SoundFrame | None:
    """A frame of TrueHD or MLP that a decoder may begin with (Dolby TrueHD bitstream description §4.2; the channels are
    not read). None: this is none."""
    sync, told = frame[4:8], frame[8:10]
    if len(frame) < 10 or sync not in (_TRUEHD_SYNC, _MLP_SYNC):
        return None
    code = (told[0] if sync == _TRUEHD_SYNC else told[1]) >> 4
    if code & 7 > 2:
        return None
    return SoundFrame((44_100 if code & 8 else 48_000) << (code & 7), 0, 40 << (code & 7))


def opus_samples(packet: bytes) -> int:
    """How many samples of 1/48,000 s a packet of Opus has (RFC 6716 §3.1). 0: this is none."""
    if not packet:
        return 0
    configuration, count_code = packet[0] >> 3, packet[0] & 3
    if configuration < 12:
        frame = (480, 960, 1920, 2880)[configuration & 3]
    elif configuration < 16:
        frame = (480, 960)[configuration & 1]
    else:
        frame = (120, 240, 480, 960)[configuration & 3]
    if count_code < 3:
        return frame * (2 if count_code else 1)
    samples = frame * (packet[1] & 63) if len(packet) > 1 else 0
    return samples if samples <= 5760 else 0


@dataclass(frozen=True, slots=True)
class Vp9Frame:
    """The colours of a key frame of VP9. ``subsampling`` is that of "vpcC": 0 and 1 are 4:2:0, 2 4:2:2, 3 4:4:4."""

    profile: int
    bit_depth: int
    subsampling: int
    is_full_range: bool = False


def vp9_frame(frame: bytes) -> Vp9Frame | None:
    """The head of a key frame (VP9 bitstream specification §6.2, §6.2.2). None: this is none."""
    bits = Bits(frame[:16])
    marker, low, high = bits.take(2), bits.take(1), bits.take(1)
    profile = high << 1 | low
    if marker != 2 or (profile == 3 and bits.take(1)) or bits.take(1) or bits.take(1):
        return None
    bits.take(2)
    if bits.take(24) != _VP9_SYNC:
        return None
    bit_depth = (12 if bits.take(1) else 10) if profile >= 2 else 8
    if bits.take(3) == _RGB:
        return Vp9Frame(profile, bit_depth, 3, is_full_range=True)
    is_full_range = bool(bits.take(1))
    if profile & 1:
        across, down = bits.take(1), bits.take(1)
        return Vp9Frame(profile, bit_depth, 1 if down else 2 if across else 3, is_full_range)
    return Vp9Frame(profile, bit_depth, 1, is_full_range)
