"""How captions look: they are in the browser's own part of the document, which only its debugger shows."""

import math
from collections.abc import Iterator
from contextlib import suppress

from playwright.sync_api import CDPSession, Error, Page


def debugger_of(page: Page) -> CDPSession:
    debugger = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        debugger.send(f"{domain}.enable")
    return debugger


def bottom_of_captions(debugger: CDPSession) -> float:
    """In pixels from the top; infinite while they are drawn anew."""
    for node in _cues(debugger):
        with suppress(Error):
            return debugger.send("DOM.getBoxModel", node)["model"]["content"][5]
    return math.inf


def style_of_captions(debugger: CDPSession, property_: str) -> str | None:
    """None while they are drawn anew."""
    for node in _cues(debugger):
        with suppress(Error):
            style = debugger.send("CSS.getComputedStyleForNode", node)["computedStyle"]
            value = next(each["value"] for each in style if each["name"] == property_)
            return f"{float(value.removesuffix('px')):.0f}px" if value.endswith("px") else value
    return None


def _cues(debugger: CDPSession) -> Iterator[dict]:
    nodes = [debugger.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]]
    while nodes:
        node = nodes.pop()
        if "cue" in node.get("attributes", []):
            yield {"nodeId": node["nodeId"]}
        nodes += node.get("children", []) + node.get("shadowRoots", [])
