"""Filters that make pictures of any film such as all browsers show: progressive, of 8 bits with standard dynamic range,
of one size, with square pixels. For the worker alone.

Tested by tests/services/segments/test_converted_pictures.py.
"""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from services.media.worker.tone_mapping import TRANSFERS, lookup_table

_DEINTERLACED = "mode=send_frame:deint=interlaced"  # pictures that are not marked as interlaced stay as they are
_INTERLACED_LINES = 1088  # films with more are never interlaced, and the filter holds three of their pictures
_UNSPECIFIED = 2  # ISO/IEC 23091-2: no primaries, transfer or matrix is told
_BT709, _BT601 = 1, 6
_HIGH_LINES = 720  # from so many on, what tells no colours has those of BT.709 by convention


def colour_of(frame: VideoFrame) -> int:
    """The matrix, and so the primaries and the transfer, of what is made of such a frame: 1 for BT.709, 6 for BT.601
    (ISO/IEC 23091-2 §8.3)."""
    if frame.color_trc in TRANSFERS or frame.colorspace == _BT709:
        return _BT709
    is_told = frame.colorspace not in (0, _UNSPECIFIED)
    return _BT601 if (is_told and frame.colorspace < 8) or frame.height < _HIGH_LINES else _BT709


class Filters:
    """Makes pictures of ``width`` × ``height``. Their times are in units of ``timescale``. Frames may change size,
    format and colours; what they become has the colours of the first. ``folder`` is for temporary files."""

    def __init__(self, width: int, height: int, timescale: int, folder: Path) -> None:
        self._folder = folder
        self._size = f"w={width}:h={height}"
        self._time_base = Fraction(1, timescale)
        self._takes: tuple[object, ...] = ()
        self._graph: Graph | None = None
        self._colour = 0

    def filtered(self, frame: VideoFrame) -> Iterator[VideoFrame]:
        kind = frame.width, frame.height, frame.format.name, frame.color_trc, frame.colorspace, frame.color_range
        if kind != self._takes:
            yield from self.rest()
            self._graph, self._takes = self._new_graph(frame), kind
        assert self._graph is not None
        self._graph.push(frame)
        yield from self._pulled()

    def rest(self) -> Iterator[VideoFrame]:
        """What is still in the filters."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._pulled()
            self._graph = None

    def _pulled(self) -> Iterator[VideoFrame]:
        assert self._graph is not None
        with suppress(av.BlockingIOError, av.EOFError):
            while True:
                frame = self._graph.pull()
                assert isinstance(frame, VideoFrame)
                assert frame.pts is not None and frame.time_base is not None
                frame.pts, frame.time_base = round(frame.pts * frame.time_base / self._time_base), self._time_base
                yield frame

    def _new_graph(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        self._colour = self._colour or colour_of(frame)
        matrix = {_BT709: "bt709", _BT601: "smpte170m"}[self._colour]
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=self._time_base
        )
        filters = [source]
        if frame.height <= _INTERLACED_LINES:
            filters.append(graph.add("bwdif", _DEINTERLACED))
        if frame.color_trc in TRANSFERS:
            filters += [
                graph.add("scale", f"{self._size}:in_color_matrix=bt2020:flags=bilinear"),
                graph.add("format", "gbrp10"),
            ]
            with lookup_table(frame.color_trc, self._folder) as path:  # which the filter reads at once
                filters.append(graph.add("lut3d", file=path))
        to_sdr = f"{self._size}:out_color_matrix={matrix}:out_range=tv:flags=bilinear"
        filters += [graph.add("scale", to_sdr), graph.add("format", "yuv420p"), graph.add("buffersink")]
        graph.link_nodes(*filters).configure()
        return graph
