"""The results as a picture for the README, readable where it is 800 pixels wide."""

from pathlib import Path
from typing import Any

from benchmarks.cpu import WHOLE
from benchmarks.effort import KIB
from benchmarks.figures import core_share, s_per_gb
from benchmarks.peers import OURS
from benchmarks.run import Results

ACCENT, PALE_ACCENT, QUIET, INK, FAINT = "#d9480f", "#f3a683", "#adb5bd", "#212529", "#868e96"
WIDTH_IN, DPI = 12, 160  # 1920 pixels: sharp on screens with two to a CSS pixel
ROW_IN = 0.42
WATCHED = 1  # which of the rates of watching is drawn
_SHORT = {
    f"{OURS}, chunk loop": "its chunk loop",
    "Tornado StaticFileHandler": "StaticFileHandler",
    "Express, the seed's way": "Express",
}


def draw(results: Results, target: Path) -> None:
    """Draws all panels. Makes no picture if one of them was not measured, or matplotlib is missing."""
    cpu = {name: s_per_gb(rounds, WHOLE) for name, rounds in results.figures.get("cpu", {}).items()}
    memory = {
        name: rounds[0].total_bytes / rounds[0].viewers / KIB
        for name, rounds in results.figures.get("stalled", {}).items()
        if rounds
    }
    watching = {
        name: core_share(rounds[0][WATCHED]) / rounds[0][WATCHED].audience.viewers * 100 * 100
        for name, rounds in results.figures.get("watching", {}).items()
        if rounds
    }
    panels = [
        ("CPU, 100 watching", "5 Mbit/s each", "{:.1f} %", watching),
        ("CPU per GB", "whole film, in memory", "{:.2f} s", cpu),
        ("Memory, one paused", "process and kernel", "{:,.0f} KiB", memory),
    ]
    try:
        import matplotlib.pyplot as pyplot
    except ImportError:
        return
    if not (watching and cpu and memory):
        return
    pyplot.switch_backend("agg")
    pyplot.rcParams.update({"font.family": "sans-serif", "font.size": 12, "text.color": INK})
    figure, axes = pyplot.subplots(1, len(panels), figsize=(WIDTH_IN, 1.3 + ROW_IN * len(memory)))
    figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.15)
    for axis, (title, subtitle, form, values) in zip(axes, panels, strict=True):
        _panel(axis, title, subtitle, form, values)
    figure.savefig(target, dpi=DPI, facecolor="white")
    pyplot.close(figure)


def _panel(axis: Any, title: str, subtitle: str, form: str, values: dict[str, float | None]) -> None:
    """Bars in the order of their lengths, each with its number, so no scale is needed."""
    bars = sorted(((name, value) for name, value in values.items() if value is not None), key=lambda bar: -bar[1])
    lengths = [length for _, length in bars]
    drawn = axis.barh(
        [_label(name) for name, _ in bars], lengths, color=[_colour(name) for name, _ in bars], height=0.68
    )
    axis.bar_label(drawn, [form.format(length) for length in lengths], padding=5, fontsize=11, color=INK)
    axis.set_xlim(0, max(lengths) * 1.4)  # room for the numbers
    axis.set_title(title, loc="left", fontsize=13, fontweight="bold", pad=26)
    axis.text(0, 1.03, subtitle, transform=axis.transAxes, fontsize=11, color=FAINT)
    axis.xaxis.set_visible(False)
    axis.tick_params(axis="y", length=0, labelcolor=INK)
    axis.spines[:].set_visible(False)
    for label in axis.get_yticklabels():
        if label.get_text() == OURS:
            label.set(color=ACCENT, fontweight="bold")


def _label(name: str) -> str:
    """The server's name as in the tables, shortened to leave room for the bars."""
    return _SHORT.get(name, name)


def _colour(name: str) -> str:
    if name == OURS:
        return ACCENT
    return PALE_ACCENT if name.startswith(OURS) else QUIET
