"""PGS by hand, for tests: the display sets of one picture, as Blu-ray discs and .sup files have them."""

from struct import pack

EPOCH_START, NORMAL = 0x80, 0x00


def segment(kind: int, content: bytes) -> bytes:
    return pack(">BH", kind, len(content)) + content


def composition(*places: bytes, canvas: tuple[int, int] = (1920, 1080), state: int = EPOCH_START) -> bytes:
    return segment(0x16, pack(">HHBHBBBB", *canvas, 0x10, 0, state, 0, 0, len(places)) + b"".join(places))


def place(x: int, y: int, number: int = 0) -> bytes:
    return pack(">HBBHH", number, 0, 0, x, y)


def palette(*colours: tuple[int, int, int, int, int]) -> bytes:
    """``colours``: index, Y, Cr, Cb, alpha."""
    return segment(0x14, bytes([0, 0]) + b"".join(map(bytes, colours)))


def picture(width: int, height: int, code: bytes, number: int = 0) -> bytes:
    return segment(
        0x15, pack(">HBB", number, 0, 0xC0) + (len(code) + 4).to_bytes(3, "big") + pack(">HH", width, height) + code
    )


END = segment(0x80, b"")
RED, GREEN = (1, 63, 240, 102, 255), (2, 173, 26, 42, 255)  # of BT.709


def box(colour: int, width: int, height: int) -> bytes:
    """The code of a picture of one colour, with up to 63 pixels a line."""
    return (bytes([0, 0x80 | width, colour]) + b"\0\0") * height


def shows(
    x: int, y: int, colour: int = 1, width: int = 40, height: int = 20, canvas: tuple[int, int] = (1920, 1080)
) -> bytes:
    """A display set that shows a box of red (1) or green (2)."""
    return (
        composition(place(x, y), canvas=canvas)
        + palette(RED, GREEN)
        + picture(width, height, box(colour, width, height))
        + END
    )


def clears(canvas: tuple[int, int] = (1920, 1080)) -> bytes:
    return composition(canvas=canvas, state=NORMAL) + END


def sup(*sets: tuple[float, bytes]) -> bytes:
    """A .sup file of display sets, each with its second."""
    content = b""
    for time_s, display_set in sets:
        position = 0
        while position < len(display_set):
            length = 3 + int.from_bytes(display_set[position + 1 : position + 3], "big")
            content += b"PG" + pack(">II", round(time_s * 90_000), 0) + display_set[position : position + length]
            position += length
    return content
