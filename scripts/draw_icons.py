"""Draws the icons of the installed page from static/favicon.svg, as PNG, for platforms that take no SVG.

Run it as `python scripts/draw_icons.py`; it needs Playwright (`pip install .[test]`) and Chromium.
"""

import re
from pathlib import Path

from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
GROUND = "#1c1a16"
ICONS = {  # name: side in pixels, share of it that the drawing takes, whether the platform cuts the corners
    "icon-192.png": (192, 1, False),
    "icon-512.png": (512, 1, False),
    "icon-maskable-512.png": (512, 0.8, True),  # the drawing is within the middle 80 %: W3C's safe zone
    "apple-touch-icon.png": (180, 0.9, True),
}


def main() -> None:
    drawing = (STATIC / "favicon.svg").read_text("utf-8")
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        for name, (side, part, cut) in ICONS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(_page(drawing, part, GROUND if cut else "transparent"))
            page.screenshot(path=STATIC / "icons" / name, omit_background=not cut)
        browser.close()


def _page(drawing: str, part: float, ground: str) -> str:
    svg = re.sub(r"<svg ", f'<svg style="width:{part * 100}vmin" ', drawing, count=1)
    return f'<body style="margin:0;height:100vh;display:grid;place-content:center;background:{ground}">{svg}'


if __name__ == "__main__":
    main()
