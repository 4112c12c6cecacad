"""A small collection of films for screenshots: landscapes that ffmpeg draws by formulas and pans over."""

import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

FILM_S, EPISODE_S = 5_400, 2_600  # of the shortest; each of the others is longer
FRAME_S = 10  # how long a picture stays, so that hours are drawn in a moment
FONT = "DejaVu Serif"


@dataclass(frozen=True)
class Scene:
    """Colours in RRGGBB: sky above, sky at the horizon, the sun, then three ridges from far to near."""

    title: str
    colours: tuple[str, str, str, str, str, str]
    sun: tuple[float, float, float]  # where, and how large, in parts of the height
    ridge: str  # the form of a ridge: a formula in x, from about -1 to 1


HILLS = "(0.6*sin({x}*5+{n}*2.1)+0.4*sin({x}*11+{n}*1.3))"
PEAKS = "(1.6*abs(sin({x}*3.4+{n}*1.9))-0.5+0.25*abs(sin({x}*19+{n})))"
DUNES = "(sin({x}*2.6+{n}*2.4)+0.35*sin({x}*5.1+{n}))"
TOWN = "(1.3*sin(floor({x}*(9-{n}))*12.9+{n}*4)-0.2)"
SEA = "(0.14*sin({x}*3+{n}*2)+0.05*sin({x}*23+{n}))"

SCENES = [
    Scene("Meridian", ("1E3A5F", "F6C28B", "FFE9C4", "8E7A8F", "4E5878", "1D2740"), (0.62, 0.5, 0.10), HILLS),
    Scene("The Salt Road", ("C96A3D", "F7D9A3", "FFF3D6", "D99A5B", "A65E3A", "5A2E27"), (0.30, 0.34, 0.09), DUNES),
    Scene("Blue Hour", ("10173A", "5C6FA8", "E8ECFF", "2F3B70", "1F2850", "0C1128"), (0.72, 0.28, 0.06), TOWN),
    Scene("A Winter Up North", ("6E9BB8", "E9F0EE", "FFFFFF", "B9CCD6", "7F9DB0", "3F5C70"), (0.4, 0.3, 0.07), PEAKS),
    Scene("Low Tide", ("274C5E", "E8B8A0", "FFD9B8", "6C8A94", "3B6270", "16343F"), (0.55, 0.62, 0.13), SEA),
    Scene("Ember Season", ("2A0F1C", "D8532E", "FFC36B", "8A2B2E", "561C2B", "240D19"), (0.48, 0.58, 0.15), PEAKS),
    Scene("The Orchardist", ("8FB9A8", "F4E8C1", "FFF8E0", "A9BC86", "6F8F5B", "344F38"), (0.24, 0.36, 0.08), HILLS),
    Scene("Last Tram to Vera", ("3B2352", "E78AA0", "FFD7D0", "70416F", "472A58", "1F1330"), (0.66, 0.46, 0.11), TOWN),
]
YEARS = (2014, 1968, 1987, 2019, 2003, 1974, 1996, 2021)
DESCRIBED = 1  # the number of the film of which a file beside it tells
PLOT = (
    "A surveyor is sent across the white desert to draw a line on a map that nobody who lives there has asked for. "
    "With him walks Marisol, who has made the crossing with her father's mules since she was nine, and who knows that "
    "the road moves."
)
CAST = {"Ana Torres": "Marisol", "Karl Brandt": "The surveyor", "Mina Sato": "Keiko", "Tomasz Wiśniewski": "The driver"}
NFO = f"""<movie>
<title>The Salt Road</title><originaltitle>El camino de la sal</originaltitle><premiered>1968-05-17</premiered>
<tagline>Nobody crosses twice.</tagline><mpaa>PG</mpaa><rating>8.1</rating><studio>Estudios del Sur</studio>
<genre>Drama / Adventure</genre><director>Elena Ruiz</director><credits>Hugo Lang</credits><plot>{PLOT}</plot>
{"".join(f"<actor><name>{name}</name><role>{role}</role></actor>" for name, role in CAST.items())}
</movie>"""
MOVIES = (
    *("Amber Coast", "The Cartographer", "Half Past Winter", "Saltwater Letters", "Night Ferry", "The Glass Orchard"),
    *("Northern Quiet", "Paper Lanterns", "A Field in August", "The Long Platform", "Copper Sky", "Harbour Lights"),
    *("Second Monsoon", "The Clockmaker", "Wide Country", "Under the Viaduct"),
)
DOCUMENTARIES = ("Glaciers", "The Last Weavers", "Rivers of Sand", "Lighthouse Keepers")
SERIES = ("Night Trains", "The Orchard Road", "Meridian Line", "Low Water", "Signal House")
EPISODES = ("Departures", "The.Long.Tunnel", "Snow.on.the.Line", "Terminus")


def make_collection(folder: Path) -> None:
    """Makes films with and without posters, and a series, as people keep them."""
    for number, (scene, year) in enumerate(zip(SCENES, YEARS, strict=True)):
        name = f"{scene.title} ({year})"
        place = folder / "Films" / name
        _film(scene, place / f"{name}.mp4", number, FILM_S + 277 * number)
        if number % 3 != 2:
            _poster(scene, place / "poster.jpg")
        if number == DESCRIBED:
            (place / "movie.nfo").write_text(NFO, "utf-8")
            _picture(scene, place / "fanart.jpg")
    for number, title in enumerate(EPISODES, start=1):
        scene = SCENES[(number * 3) % len(SCENES)]
        _film(
            scene,
            folder / f"Shows/Night Trains/Season 01/Night.Trains.S01E{number:02}.{title}.mp4",
            number,
            EPISODE_S + 61 * number,
        )


def make_household(folder: Path, collection: Path) -> None:
    """Makes a library of several kinds, whose films are links to those of ``collection``."""
    films = sorted(collection.rglob("*.mp4"))
    for number, title in enumerate([*MOVIES, *DOCUMENTARIES]):
        name = f"{title} ({1962 + number * 17 % 60})"
        place = folder / ("Movies" if title in MOVIES else "Documentaries") / name
        _link(films[number % len(films)], place / f"{name}.mp4")
        _poster(replace(SCENES[number % len(SCENES)], title=title), place / "poster.jpg", number)
    for number, series in enumerate(SERIES):
        place = folder / "Shows" / series
        for season, episode in [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)][number % 3 :]:
            name = f"{series} S{season:02}E{episode:02} {EPISODES[episode]}.mp4"
            _link(films[(number + episode) % len(films)], place / f"Season {season:02}" / name)
        _poster(replace(SCENES[number * 3 % len(SCENES)], title=series), place / "poster.jpg", number + 0.5)


def _link(film: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(film, target)


def _film(scene: Scene, target: Path, shift: float, duration_s: int) -> None:
    width, height = 1280, 720
    panned = f"crop={width}:{height}:x='(iw-ow)*t/{duration_s}':y=0"
    picture = f"{_landscape(scene, width * 5 // 4, height, shift)},loop=loop=-1:size=1,{panned},format=yuv420p"
    sound = f"anullsrc=r=8000:cl=mono:d={duration_s}"
    _ffmpeg(target, "-filter_complex", f"{picture}[picture];{sound}[sound]", "-map", "[picture]", "-map", "[sound]",
            "-t", str(duration_s), "-c:v", "libx264", "-preset", "ultrafast", "-g", "6", "-c:a", "aac", "-b:a", "8k",
            "-movflags", "+faststart")  # fmt: skip


def _poster(scene: Scene, target: Path, shift: float = 0) -> None:
    lines = scene.title.upper().rsplit(" ", 1)
    words = ",".join(
        f"drawtext=font='{FONT}':text='{line}':fontsize=52:fontcolor=white:x=(w-text_w)/2:y=h*0.08+{66 * index}"
        for index, line in enumerate(lines)
    )
    _ffmpeg(target, "-filter_complex", f"{_landscape(scene, 600, 900, shift)},{words}", "-frames:v", "1", "-q:v", "4")


def _picture(scene: Scene, target: Path) -> None:
    _ffmpeg(target, "-filter_complex", _landscape(scene, 1920, 1080, 0.3), "-frames:v", "1", "-q:v", "4")


def _landscape(scene: Scene, width: int, height: int, shift: float) -> str:
    """One frame: sky, sun, and three ridges, one in front of the other."""
    planes = ":".join(f"{plane}='{_channel(scene, index, height, shift)}'" for index, plane in enumerate("rgb"))
    return f"color=black:s={width}x{height}:r=1/{FRAME_S}:d={FRAME_S},format=gbrp,geq={planes}"


def _channel(scene: Scene, index: int, height: int, shift: float) -> str:
    above, horizon, sun, *ridges = (bytes.fromhex(colour)[index] for colour in scene.colours)
    x, y, radius = scene.sun
    away = f"hypot(X/{height}-{x}*W/{height},Y/{height}-{y})"
    sky = f"lerp({above},{horizon},min(1,Y/{height}/0.75))"
    formula = f"lerp({sky},{sun},max(lt({away},{radius}),0.45*exp(-3.5*max(0,{away}-{radius}))))"
    for number, colour in enumerate(ridges):
        form = scene.ridge.format(x=f"(X/{height}+{shift})", n=number + 1)
        top = f"(0.66+{0.11 * number}-0.055*{form})"
        formula = f"if(gt(Y/{height},{top}),{colour}*(1.06-0.3*(Y/{height}-{top})),{formula})"
    return formula


def _ffmpeg(target: Path, *arguments: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(target)], check=True)
