"""A household's library by links: films with years, documentaries, home videos and 60 series."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assets" / "Seek Anywhere.mp4"
SERIES = 60
_EPISODES, _DOCUMENTARIES, _HOME_VIDEOS = 0.6, 0.05, 0.05  # of all films
_A_SEASON = 10  # episodes
_NAMES = ("Amber", "Bridge", "Copper", "Delta", "Ember", "Fjord", "Garden", "Harbour", "Island", "Juniper", "Lagoon")


def make_films(folder: Path, films: int) -> None:
    """Makes a library of so many films, unless the folder has it."""
    original = folder / SAMPLE.name
    if original.exists():
        return
    folder.mkdir(parents=True)
    shutil.copyfile(SAMPLE, folder / ".part")
    for path in _paths(films - 1):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(folder / ".part", target)
    (folder / ".part").rename(original)


def _paths(films: int) -> list[str]:
    episodes, documentaries, home = (int(films * share) for share in (_EPISODES, _DOCUMENTARIES, _HOME_VIDEOS))
    return [
        *(_episode(number % SERIES, number // SERIES) for number in range(episodes)),
        *(f"Documentaries/{_name(number)} ({1990 + number % 35}).mp4" for number in range(documentaries)),
        *(f"Home videos/{2005 + number % 20}/Day {number // 20 + 1}.mp4" for number in range(home)),
        *(_film(number) for number in range(films - episodes - documentaries - home)),
    ]


def _episode(series: int, number: int) -> str:
    name, season, episode = _name(series * 7), number // _A_SEASON + 1, number % _A_SEASON + 1
    return f"Shows/{name}/Season {season:02}/{name} S{season:02}E{episode:02} Night {number}.mp4"


def _film(number: int) -> str:
    name = f"{_name(number)} ({1950 + number % 75})"
    return f"Movies/{name}/{name}.mp4"


def _name(number: int) -> str:
    """A name of two or three words, which no other number has."""
    few = len(_NAMES)
    words = [_NAMES[number % few], _NAMES[number // few % few]]
    return " ".join([*words, *([str(number // few**2)] if number >= few**2 else [])])
