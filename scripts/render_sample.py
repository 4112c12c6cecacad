"""Renders the sample film: a day over the hills in forty seconds, so that each moment has a light of its own.

Run it as `python scripts/render_sample.py [target.mp4]`; the default target is `assets/Seek Anywhere.mp4`.
It needs ffmpeg with libx264 and drawtext, and the font DejaVu Sans (Debian: fonts-dejavu-core). Picture and
sound are of our own making: formulas that ffmpeg draws and plays.
"""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "assets" / "Seek Anywhere.mp4"
TITLE = "Seek Anywhere"
WIDTH, HEIGHT, RATE = 1280, 720, 24
DURATION_S = 40
KEYFRAME_INTERVAL_S = 2  # a seek decodes from the keyframe before it
FONT = "DejaVu Sans"

# The light of the day, as colours in RRGGBB: sky above, sky at the horizon, then the hills from far to near.
LIGHT_BY_SECOND = {
    0: ("161C3E", "684A68", "342E54", "222240", "121428"),
    5: ("3A548E", "FAAC84", "80688A", "4C4A6A", "222840"),
    12: ("4686BE", "CEE2E4", "7EA0B4", "487484", "20424E"),
    20: ("347CBE", "BEDCE8", "74A0B8", "3E7488", "1C4250"),
    27: ("4868A0", "FFCC8C", "9E808C", "60526C", "2A2A42"),
    31: ("403268", "F07056", "704466", "422E50", "1E1A32"),
    35: ("121636", "423868", "282A50", "1A1E3C", "0E1226"),
    40: ("0A0E24", "20284E", "18203E", "10162E", "0A0E1E"),
}
SUN_UP_S, MOON_UP_S = (3, 31), (32, 54)
HORIZON = 0.74  # of the height

CHORD_S = 8
CHORDS_HZ = [
    (146.83, 220.00, 277.18, 369.99, 440.00),  # D major 7
    (123.47, 185.00, 293.66, 369.99, 440.00),  # B minor 7
    (98.00, 196.00, 293.66, 369.99, 493.88),  # G major 7
    (110.00, 220.00, 293.66, 329.63, 493.88),  # A suspended
    (73.42, 220.00, 293.66, 369.99, 587.33),  # D
]


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(ffmpeg_command(target), check=True)


def ffmpeg_command(target: Path) -> list[str]:
    keyframe_interval = str(KEYFRAME_INTERVAL_S * RATE)
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "warning", "-y"),
        *("-filter_complex", ";".join([*picture(), *sound()])),
        *("-map", "[picture]", "-map", "[sound]", "-t", str(DURATION_S)),
        *("-c:v", "libx264", "-profile:v", "high", "-preset", "slower", "-crf", "27", "-aq-mode", "3"),
        *("-g", keyframe_interval, "-keyint_min", keyframe_interval, "-sc_threshold", "0"),
        *("-threads", "4"),  # fixed, because x264's output depends on it
        *("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-c:a", "aac", "-b:a", "80k"),
        *("-map_metadata", "-1", "-metadata", f"title={TITLE}"),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-movflags", "+faststart", str(target)),
    ]


def picture() -> list[str]:
    """The scene from back to front, then the words and the line of progress."""
    layers = ["dawn_stars", "dusk_stars", "sun", "moon", "far", "middle", "near"]
    return [
        sky(),
        *stars(),
        disc("sun", "FFF4D6", radius=36),
        disc("moon", "DDE4F4", radius=22),
        hill("far", 2, 0.66, "0.055*sin(X/210)+0.030*sin(X/87+1.3)+0.007*sin(X/31)", frames_a_pixel=4),
        hill("middle", 3, 0.76, "0.050*sin(X/270+2.1)+0.022*sin(X/105)+0.006*sin(X/23+1.9)", frames_a_pixel=2),
        hill("near", 4, 0.905, "0.040*sin(X/330+4)+0.018*sin(X/129+2.6)+" + FIRS, frames_a_pixel=1),
        *overlays("sky", layers, "scene"),
        f"[scene]{title()},{running_time()}[worded]",
        *progress_line("worded", "lined"),
        f"[lined]scale=out_color_matrix=bt709,format=yuv420p,setsar=1,"
        f"fade=in:d=0.8,fade=out:st={DURATION_S - 1.2}:d=1.2[picture]",
    ]


# A row of firs: a saw with teeth of uneven height.
FIRS = "(0.020+0.014*sin(X/37)+0.010*sin(X/11))*(1-abs(mod(X,18)/9-1))*gt(sin(X/190),-0.35)"


def sky() -> str:
    """The gradient and the glow about the sun, drawn small in 16 bits and enlarged: smooth, and quick to draw."""
    scale = 8
    x, y = arc(SUN_UP_S, "T")
    depth = f"pow(min(1,Y/{HEIGHT * HORIZON / scale}),1.3)"
    glow = f"exp(-hypot(X-({x})/{scale},Y-({y})/{scale})/20)*between(T,{SUN_UP_S[0] - 2},{SUN_UP_S[1] + 2})"
    planes = ":".join(
        f"{plane}='257*min(255,lerp({light(0, channel)},{light(1, channel)},{depth})+{gain}*{glow})'"
        for channel, (plane, gain) in enumerate({"r": 110, "g": 80, "b": 40}.items())
    )
    return (
        f"{blank(WIDTH // scale, HEIGHT // scale)},format=gbrp16,geq={planes},"
        f"scale={WIDTH}:{HEIGHT}:flags=bicubic,format=gbrp[sky]"
    )


def stars() -> list[str]:
    """One still field of stars, which fades out at dawn and in again at dusk."""
    brightness = f"255*gt(random(1),0.9993)*random(2)*max(0,1-Y/{HEIGHT * HORIZON})"
    return [
        f"{still(f'geq=r=232:g=236:b=255:a={quoted(brightness)},gblur=sigma=0.6:planes=8,lutrgb=a=val*4')},"
        "split[field1][field2]",
        "[field1]fade=out:st=1:d=3:alpha=1[dawn_stars]",
        "[field2]fade=in:st=32:d=4:alpha=1[dusk_stars]",
    ]


def disc(name: str, colour: str, radius: int) -> str:
    """The sun or the moon with its halo, on a transparent square."""
    side = radius * 8
    distance = f"hypot(X-{side / 2},Y-{side / 2})"
    halo = f"70*pow(max(0,1-({distance}-{radius})/{side / 2 - radius}),3)"
    alpha = f"lerp({halo},255,clip({radius}-{distance}+0.5,0,1))"
    return f"{still(f'geq={rgb(colour)}:a={quoted(alpha)}', side, side)}[{name}]"


def hill(name: str, light_row: int, base: float, ridge: str, frames_a_pixel: int) -> str:
    """A ridge that drifts to the left by whole pixels, in the light of the time of day."""
    drift = DURATION_S * RATE // frames_a_pixel
    alpha = f"255*clip(Y-{HEIGHT}*({base}-({ridge}))+0.5,0,1)"
    mask = still(f"geq=r=0:g=0:b=0:a={quoted(alpha)},alphaextract", WIDTH + drift)
    colours = ":".join(f"{plane}='{light(light_row, channel)}'" for channel, plane in enumerate("rgb"))
    return (
        f"{mask},crop={WIDTH}:{HEIGHT}:'floor(n/{frames_a_pixel})':0[{name}_mask];"
        f"{blank(16, 16)},format=gbrp,geq={colours},scale={WIDTH}:{HEIGHT}[{name}_colour];"
        f"[{name}_colour][{name}_mask]alphamerge[{name}]"
    )


def overlays(bottom: str, layers: list[str], result: str) -> list[str]:
    """The layers laid upon each other; sun and moon travel, all others fill the picture."""
    places = {"sun": arc(SUN_UP_S, "t"), "moon": arc(MOON_UP_S, "t")}
    steps, below = [], bottom
    for layer in layers:
        x, y = places.get(layer, ("w/2", "h/2"))
        above = result if layer == layers[-1] else f"with_{layer}"
        steps.append(f"[{below}][{layer}]overlay=x='{x}-w/2':y='{y}-h/2':format=gbrp[{above}]")
        below = above
    return steps


def title() -> str:
    alpha = "clip((t-1)/1.2,0,1)*clip((6.5-t)/1.2,0,1)"
    return drawtext(TITLE, size=64, x="(w-text_w)/2", y="h*0.30", alpha=alpha)


def running_time() -> str:
    return drawtext("%{eif:floor(t/60):d:2}:%{eif:mod(floor(t),60):d:2}", size=92, x="64", y="h-146", alpha="0.95")


def progress_line(source: str, result: str) -> list[str]:
    """A thin line along the lower edge that fills as the film goes by."""
    left, length, top = 64, WIDTH - 128, HEIGHT - 36
    return [
        f"[{source}]drawbox=x={left}:y={top}:w={length}:h=4:color=white@0.22:t=fill[track]",
        f"{blank(length, 4, 'FFD58A')}[fill]",
        "[track]split[line_ground][line_clip]",
        f"[line_clip]crop={length}:4:{left}:{top}[line_track]",
        f"[line_track][fill]overlay=x='-w+w*t/{DURATION_S}':format=gbrp[line]",
        f"[line_ground][line]overlay=x={left}:y={top}:format=gbrp[{result}]",
    ]


def sound() -> list[str]:
    """Slow chords that melt into each other, with a plucked tone of the chord on each second."""
    pads = [pad(index, chord) for index, chord in enumerate(CHORDS_HZ)]
    plucks = [pluck(index, chord) for index, chord in enumerate(CHORDS_HZ)]
    labels = "".join(f"[pad{index}][pluck{index}]" for index in range(len(CHORDS_HZ)))
    return [
        *pads,
        *plucks,
        f"{labels}amix=inputs={2 * len(CHORDS_HZ)}:normalize=0,aecho=0.9:0.7:90|170|310:0.25|0.18|0.10,"
        f"lowpass=f=5200,afade=out:st={DURATION_S - 2.5}:d=2.5,volume=4dB,atrim=end={DURATION_S}[sound]",
    ]


def pad(index: int, chord: tuple[float, ...]) -> str:
    overlap_s = 1.5
    length_s = CHORD_S + overlap_s

    def voices(detune: float) -> str:
        return "+".join(f"sin(2*PI*{hz * detune:.3f}*t)*{90 / hz:.3f}" for hz in chord)

    return (
        f"aevalsrc='0.055*({voices(0.9993)})|0.055*({voices(1.0007)})':s=44100:d={length_s},"
        f"afade=in:d={overlap_s + 0.5},afade=out:st={CHORD_S - 0.5}:d={overlap_s + 0.5},"
        f"adelay={index * CHORD_S * 1000}:all=1[pad{index}]"
    )


def pluck(index: int, chord: tuple[float, ...]) -> str:
    """One soft tone a second, up and down the chord, swaying between left and right."""
    order = [1, 3, 2, 4, 3, 2, 4, 2]
    tone = "0"
    for second in reversed(range(CHORD_S)):
        tone = f"if(lt(t,{second + 1}),{2 * chord[order[second]]:.2f},{tone})"
    since = "mod(t,1)"
    decay = f"min(1,{since}*250)*exp(-{since}*6)"
    voice = f"st(0,{tone});0.075*{decay}*(sin(2*PI*ld(0)*{since})+0.35*exp(-{since}*9)*sin(6*PI*ld(0)*{since}))"
    return (
        f"aevalsrc='{voice}*(1+0.5*sin(t))|{voice}*(1-0.5*sin(t))':s=44100:d={CHORD_S},"
        f"adelay={index * CHORD_S * 1000}:all=1[pluck{index}]"
    )


# The words of ffmpeg's graph language.


def blank(width: int, height: int, colour: str = "000000") -> str:
    return f"color=0x{colour}:s={width}x{height}:r={RATE}:d={DURATION_S}"


def still(drawing: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """A transparent picture that is drawn once and shown for the whole film."""
    return (
        f"color=black:s={width}x{height}:r={RATE}:d={1 / RATE},format=gbrap,{drawing},"
        f"loop=loop=-1:size=1,setpts=N/{RATE}/TB,trim=end={DURATION_S}"
    )


def drawtext(text: str, size: int, x: str, y: str, alpha: str) -> str:
    escaped = text.replace(":", r"\:")
    return f"drawtext=font='{FONT}':text='{escaped}':fontsize={size}:fontcolor=white:x='{x}':y='{y}':alpha='{alpha}'"


def rgb(colour: str) -> str:
    red, green, blue = bytes.fromhex(colour)
    return f"r={red}:g={green}:b={blue}"


def quoted(expression: str) -> str:
    return f"'{expression}'"


def light(row: int, channel: int) -> str:
    """The formula of one channel of a colour of the day, in geq's time T."""
    points = [(second, bytes.fromhex(colours[row])[channel]) for second, colours in LIGHT_BY_SECOND.items()]
    formula = str(points[-1][1])
    for (start, value), (end, next_value) in reversed(list(pairwise(points))):
        formula = f"if(lt(T,{end}),lerp({value},{next_value},(T-{start})/{end - start}),{formula})"
    return formula


def arc(up_s: tuple[int, int], time: str) -> tuple[str, str]:
    """Where a heavenly body is that rises and sets at the given seconds, in pixels of the whole picture."""
    progress = f"({time}-{up_s[0]})/{up_s[1] - up_s[0]}"
    return f"({WIDTH}*(0.04+0.92*{progress}))", f"({HEIGHT}*({HORIZON}-0.60*sin(PI*{progress})))"


if __name__ == "__main__":
    main()
