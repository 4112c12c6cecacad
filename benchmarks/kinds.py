"""python -m benchmarks.kinds [--browser Chromium] [--convert auto]: films of all kinds, opened one after another.

Each must play with picture and sound in a real browser, or the page must say in words what is missing; the words are
printed. The exit status is 1 if a film does neither. ffmpeg makes the films; what it cannot make is named.
Needs chromium or firefox-esr, and ffmpeg.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from benchmarks.process import free_port, running
from benchmarks.starts import BROWSERS, ROOT, await_details
from benchmarks.starts_page import Tab

PATIENCE_S = 20.0
_SOURCE = "-f lavfi -i testsrc2=size=320x180:rate=24:duration=8 -f lavfi -i sine=duration=8:sample_rate=48000"
_H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -g 48"
_HEVC = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=none:keyint=48"
_VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 48"
_ASP = "-c:v mpeg4 -bf 2 -g 48 -q:v 4"
_MPEG2 = "-c:v mpeg2video -bf 2 -g 48 -q:v 4"
_FRAGMENTS = "-movflags frag_keyframe+empty_moov+default_base_moof"
_FILMS = {  # the file, and options of ffmpeg
    "H.264 and AAC.mp4": f"{_H264} -c:a aac",
    "Index in front.mp4": f"{_H264} -c:a aac -movflags +faststart",
    "Fragments.mp4": f"{_H264} -c:a aac {_FRAGMENTS}",
    "HEVC.mp4": f"{_HEVC} -tag:v hvc1 -c:a aac",
    "HEVC called hev1.mp4": f"{_HEVC} -tag:v hev1 -c:a aac",
    "VP9.mp4": f"{_VP9} -c:a aac",
    "AV1.mp4": "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 48 -c:a aac",
    "MPEG-4 ASP.mp4": f"{_ASP} -c:a aac",
    "H.264 of 10 bits.mp4": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -g 48 -c:a aac",
    "H.264 4-4-4.mp4": "-c:v libx264 -preset ultrafast -pix_fmt yuv444p -g 48 -c:a aac",
    "Dolby Digital.mp4": f"{_H264} -c:a ac3",
    "Dolby Digital Plus.mp4": f"{_H264} -c:a eac3",
    "Apple Lossless.m4v": f"{_H264} -c:a alac -f mp4",
    "MP3.mp4": f"{_H264} -c:a libmp3lame",
    "Opus.mp4": f"{_H264} -c:a libopus",
    "FLAC.mp4": f"{_H264} -c:a flac -strict -2",
    "PCM.mov": f"{_H264} -c:a pcm_s16le",
    "ProRes.mov": "-c:v prores_ks -profile:v 0 -c:a pcm_s16le",
    "Cinepak.mov": "-c:v cinepak -s 64x36 -c:a pcm_s16le",
    "DV.mov": "-c:v dvvideo -pix_fmt yuv420p -s 720x576 -r 25 -c:a pcm_s16le",
    "H.263.3gp": "-c:v h263 -s 352x288 -c:a aac",
    "Motion JPEG.mov": "-c:v mjpeg -pix_fmt yuvj420p -c:a aac",
    "H.264 and AAC.mkv": f"{_H264} -c:a aac",
    "Dolby Digital.mkv": f"{_H264} -c:a ac3",
    "DTS.mkv": f"{_H264} -c:a dca -strict -2",
    "TrueHD.mkv": f"{_H264} -c:a truehd -strict -2",
    "FLAC.mkv": f"{_H264} -c:a flac",
    "PCM.mkv": f"{_H264} -c:a pcm_s24le",
    "Vorbis.mkv": f"{_H264} -c:a libvorbis",
    "MP3.mkv": f"{_H264} -c:a libmp3lame",
    "HEVC and Opus.mkv": f"{_HEVC} -c:a libopus",
    "No index.mkv": f"{_H264} -c:a aac -live 1",
    "MPEG-2.mkv": f"{_MPEG2} -c:a mp2",
    "Windows Media Audio.mkv": f"{_H264} -c:a wmav2",
    "ADPCM.mkv": f"{_H264} -c:a adpcm_ms",
    "MS MPEG-4.mkv": "-c:v msmpeg4 -g 48 -c:a libmp3lame",
    "ProRes.mkv": "-c:v prores_ks -profile:v 0 -c:a pcm_s16le",
    "Theora.mkv": "-c:v libtheora -c:a libvorbis",
    "VP8.mkv": "-c:v libvpx -deadline realtime -cpu-used 8 -g 48 -c:a libvorbis",
    "VP8.webm": "-c:v libvpx -deadline realtime -cpu-used 8 -g 48 -c:a libvorbis",
    "VP9.webm": f"{_VP9} -c:a libopus",
    "Theora.ogv": "-c:v libtheora -c:a libvorbis",
    "H.264 and MP3.avi": f"{_H264} -c:a libmp3lame",
    "DivX.avi": f"{_ASP} -vtag DX50 -c:a libmp3lame",
    "AV1.avi": "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 48 -c:a libmp3lame",
    "DV.avi": "-c:v dvvideo -pix_fmt yuv420p -s 720x576 -r 25 -c:a pcm_s16le",
    "MS MPEG-4.avi": "-c:v msmpeg4 -g 48 -c:a libmp3lame",
    "VP8.avi": "-c:v libvpx -deadline realtime -cpu-used 8 -g 48 -c:a libmp3lame",
    "Motion JPEG.avi": "-c:v mjpeg -pix_fmt yuvj420p -c:a pcm_s16le",
    "H.264 and AAC.ts": f"{_H264} -c:a aac",
    "Dolby Digital.m2ts": f"{_H264} -c:a ac3",
    "HEVC.ts": f"{_HEVC} -c:a aac",
    "MPEG-2.ts": f"{_MPEG2} -c:a mp2",
    "H.264.flv": f"{_H264} -c:a aac -ar 44100",
    "Sorenson.flv": "-c:v flv1 -c:a libmp3lame -ar 44100",
    "Windows Media.wmv": "-c:v wmv2 -c:a wmav2",
    "Windows Media 7.wmv": "-c:v wmv1 -c:a wmav1",
    "H.264.wmv": f"{_H264} -c:a wmav2 -f asf",
    "MPEG-1.mpg": "-c:v mpeg1video -c:a mp2",
    "DVD.vob": f"{_MPEG2} -c:a ac3 -f vob",
}
_STATE = """(() => {
    const video = document.querySelector("video");
    const isShown = (each) => each.checkVisibility() && each.innerText.trim();
    const words = [...document.querySelectorAll("#failure, #no-picture, #warnings")].filter(isShown);
    return JSON.stringify({
        time: video.currentTime,
        picture: video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 0,
        sound: video.mozHasAudio || video.webkitAudioDecodedByteCount > 0 || false,
        words: words.map((each) => each.innerText.trim().replace(/\\s+/g, " ")).join(" / "),
    });
})()"""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinds")
    parser.add_argument("--browser", choices=BROWSERS, default="Chromium")
    parser.add_argument("--convert", choices=("auto", "sound", "all", "no"), default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        folder, port = Path(name, "films"), free_port()
        folder.mkdir()
        films = list(_made(folder))
        command = [sys.executable, str(ROOT / "server.py"), "--assets", str(folder), "--port", str(port)]
        command += ["--cache", f"{name}/cache", "--convert", options.convert]
        with running(command, port, ROOT), BROWSERS[options.browser]() as tab:
            await_details(port)
            print("| film | picture | sound | the page says |")
            print("| --- | --- | --- | --- |")
            faults = [film for film in films if not _opened(tab, f"http://127.0.0.1:{port}", film)]
    print(f"{len(films)} films, {len(faults)} of which neither play whole nor say why not")
    return 1 if faults else 0


def _made(folder: Path) -> Iterator[str]:
    for film, options in _FILMS.items():
        command = ["ffmpeg", "-v", "error", *_SOURCE.split(), *options.split(), str(folder / film)]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode:
            print(f"ffmpeg cannot make {film}")
            (folder / film).unlink(missing_ok=True)
        else:
            yield film


def _opened(tab: Tab, url: str, film: str) -> bool:
    """Whether it plays whole, or the page says why not."""
    tab.goto(f"{url}/?film={quote(film)}")
    end_s = time.monotonic() + PATIENCE_S
    while True:
        state = json.loads(str(tab.evaluate(_STATE)))
        plays = state["picture"] and state["sound"] and state["time"] > 1
        if plays or time.monotonic() > end_s or (state["words"] and state["time"] > 3):
            break
        time.sleep(0.2)
    told = ["yes" if state[kind] and state["time"] > 1 else "no" for kind in ("picture", "sound")]
    print(f"| {film} | {' | '.join(told)} | {state['words']} |", flush=True)
    return plays or bool(state["words"])


if __name__ == "__main__":
    sys.exit(main())
