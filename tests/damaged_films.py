"""Films that are damaged at a place that tests choose."""

import av


def without_pictures(path, begin_s, end_s):
    """The bytes of the film, with zeros from the first key frame at the second on to before the one at the other."""
    content = bytearray(path.read_bytes())
    is_inside = False
    with av.open(str(path)) as film:
        for packet in film.demux(video=0):
            if packet.is_keyframe:
                is_inside = begin_s <= packet.pts * packet.time_base < end_s
            if is_inside and packet.size:
                content[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    return bytes(content)
