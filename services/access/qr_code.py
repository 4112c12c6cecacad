"""A link as a QR code, for a telephone that is held before the screen.

Tested by tests/handlers/test_sharing.py.
"""

import segno


def qr_code(text: str) -> str:
    """An SVG element without a size, black on white whatever is around it. Takes 50 ms: call it in a thread."""
    made = segno.make_qr(text, error="m")
    return made.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None)
