"""The player in a real Firefox."""

import math
import os
import shutil
import subprocess

import pytest

from tests.browser.conftest import await_details
from tests.browser.waiting import HAS_CONTROLS, eventually, playing
from tests.films import put
from tests.needs import need_of_npm
from tests.pgs import clears, shows, sup
from tests.server_process import server_process

ARROW_RIGHT, HOME = "\ue014", "\ue011"
# A green box over the whole picture.
STYLED = """[Script Info]
ScriptType: v4.00+
PlayResX: 160
PlayResY: 90

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Outline, Shadow, Alignment
Style: Box,Arial,10,&H0000FF00,0,0,7

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:02.00,0:00:06.00,Box,{\\pos(0,0)\\p1}m 0 0 l 160 0 160 90 0 90
"""
# The colour of what is drawn near its upper left corner.
PIXEL = """(() => {{
    const drawn = document.querySelector('#{}-captions canvas');
    if (!drawn) return null;
    const copy = document.createElement('canvas').getContext('2d');
    copy.drawImage(drawn, 0, 0);
    return [...copy.getImageData(10, 10, 1, 1).data];
}})()"""
WORDS = "document.getElementById('{}').innerText"


@pytest.fixture(scope="module")
def cinema(sample, tmp_path_factory, ffmpeg):
    folder = tmp_path_factory.mktemp("firefox")
    shutil.copy(sample, folder)
    shutil.copy(sample, folder / "Captioned.mp4")
    put(folder, "Captioned.en.srt", b"1\n00:00:01,000 --> 00:00:39,000\nWords from beside the film\n")
    shutil.copy(sample, folder / "Drawn.mp4")
    put(folder, "Drawn.de.sup", sup((0, clears()), (2, shows(0, 0, 1)), (6, clears())))
    put(folder, "Drawn.en.ass", STYLED.encode())
    for episode in (1, 2):
        put(folder, f"Show/Show S01E0{episode}.mp4", sample.read_bytes())
    ffmpeg("-t", 4, "-i", sample, "-c:v", "copy", "-c:a", "alac", folder / "Lossless.mp4")
    ffmpeg("-t", 1, "-i", sample, "-c:v", "mpeg4", "-c:a", "libmp3lame", folder / "Old.avi")
    ffmpeg("-t", 4, "-i", sample, "-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-an", folder / "Ten bits.mp4")
    ffmpeg("-t", 1, "-i", sample, "-c:v", "mpeg4", "-c:a", "libmp3lame", folder / "Old.mkv")
    ffmpeg("-t", 4, "-i", sample, "-c:v", "libx264", "-pix_fmt", "yuv444p", "-an", folder / "Full colours.mp4")
    for name, sound in (("Large.mkv", "libvorbis"), ("Large with Lossless.mkv", "alac")):
        ffmpeg("-i", sample, "-c:v", "copy", "-c:a", sound, folder / name)
        os.truncate(folder / name, 60_000_000)
    # Sound is not converted, so some of it does not play.
    with server_process("--assets", str(folder), "--convert", "no", stderr=subprocess.DEVNULL) as server:
        yield server.url


def _opens(tab, cinema, query):
    tab.goto(f"{cinema}/healthz")  # leaves the film before
    tab.goto(f"{cinema}/?{query}")


def _plays(tab, past_s=0.3, before_s=math.inf):
    tab.wait_for(playing(past_s, before_s))


def test_a_link_with_a_time_plays_from_there_with_our_controls(tab, cinema):
    _opens(tab, cinema, "film=Seek%20Anywhere.mp4&t=12")
    _plays(tab, past_s=12)
    tab.wait_for(HAS_CONTROLS)


def test_keys_pause_and_seek(tab, cinema):
    _opens(tab, cinema, "film=Seek%20Anywhere.mp4&t=10")
    _plays(tab, past_s=10)
    tab.press("k")
    tab.wait_for("video.paused && !video.seeking")
    tab.evaluate("void (video.currentTime = 10)")
    for key, time_s in ((ARROW_RIGHT, 15), ("5", 20), (HOME, 0)):
        tab.press(key)
        eventually(lambda: tab.evaluate("video.currentTime"), pytest.approx(time_s, abs=0.05))


def test_captions_show_and_stand_above_the_controls_while_those_show(tab, cinema):
    _opens(tab, cinema, "film=Captioned.mp4&t=5")
    _plays(tab, past_s=5)
    tab.wait_for("[...video.textTracks].some((track) => track.kind !== 'metadata')")  # the film is looked into by now
    tab.press("c")
    tab.wait_for("[...video.textTracks].some((track) => track.mode === 'showing' && track.activeCues?.length === 1)")
    cue = "[...video.textTracks].find((track) => track.mode === 'showing').activeCues[0]"
    assert tab.evaluate(f"{cue}.text") == "Words from beside the film"
    tab.press("k")
    tab.wait_for(f"{cue}.line === -4")


def test_captions_that_are_pictures_and_those_with_styles_are_drawn(tab, cinema):
    need_of_npm("static/vendor/jassub/worker.js")
    await_details(cinema)  # or the film's tracks come anew
    _opens(tab, cinema, "film=Drawn.mp4&t=3")
    _plays(tab, past_s=3)
    tab.evaluate("video.pause()")
    tab.evaluate("void (video.currentTime = 4)")
    for language, layer, colour in (("de", "image", [255, 1, 0, 255]), ("en", "styled", [0, 255, 0, 255])):
        tab.evaluate(
            "[...video.textTracks].filter(({ kind }) => kind === 'subtitles').map((track) => "
            f"{{ track.mode = track.language === '{language}' ? 'showing' : 'disabled'; }})"
        )
        eventually(lambda layer=layer: tab.evaluate(PIXEL.format(layer)), colour)
        assert tab.evaluate("document.querySelectorAll('.drawn-captions canvas').length") == 1


def test_a_film_goes_on_from_where_it_was_left(tab, cinema):
    _opens(tab, cinema, "film=Seek%20Anywhere.mp4&t=20")
    _plays(tab, past_s=20)
    _opens(tab, cinema, "film=Seek%20Anywhere.mp4")
    _plays(tab, past_s=20)
    tab.wait_for("said.some((note) => note.startsWith('Resumed at 0:2'))")


def test_the_key_n_leads_to_the_next_episode(tab, cinema):
    _opens(tab, cinema, "film=Show/Show%20S01E01.mp4")
    _plays(tab)
    tab.press("n")
    tab.wait_for(f"{WORDS.format('title')} === 'Show · S1 E2'")
    _plays(tab)


def test_sound_that_firefox_cannot_decode_is_said_before_it_is_missed(tab, cinema):
    _opens(tab, cinema, "film=Lossless.mp4")
    tab.wait_for(f"{WORDS.format('warnings')}.includes('Apple Lossless sound: silent in this browser.')")
    _plays(tab)


def test_a_matroska_file_that_firefox_reads_to_its_end_first_is_said_to_be_slow(tab, cinema):
    _opens(tab, cinema, "film=Large.mkv")
    tab.wait_for(
        f"{WORDS.format('warnings')}.includes('Firefox reads an MKV file to its end (60 MB) before it starts.')"
    )


def test_a_matroska_file_whose_sound_firefox_does_not_decode_is_not_said_to_be_slow(tab, cinema):
    """It starts at once, and is silent."""
    _opens(tab, cinema, "film=Large%20with%20Lossless.mkv")
    tab.wait_for(f"{WORDS.format('warnings')} === 'Apple Lossless sound: silent in this browser. Open it in VLC.'")


def test_ten_bits_are_not_warned_of_though_firefox_denies_that_it_plays_them(tab, cinema):
    film = "(await (await fetch('/api/movies')).json()).movies.find(({path}) => path === 'Ten bits.mp4')"
    tab.wait_for(f"(async () => {film}.state === 'known')()")
    assert tab.evaluate(f"(async () => {film}.video.codec)()").startswith("avc1.6E")
    _opens(tab, cinema, "film=Ten%20bits.mp4")
    _plays(tab)
    assert tab.evaluate("document.getElementById('warnings').hidden")


def test_a_picture_that_firefox_denies_but_shows_is_not_said_to_be_black(tab, cinema):
    _opens(tab, cinema, "film=Full%20colours.mp4")
    _plays(tab)
    tab.wait_for("document.getElementById('warnings').hidden")


def test_of_a_film_whose_picture_and_sound_firefox_lacks_neither_is_said_to_play(tab, cinema):
    await_details(cinema)
    _opens(tab, cinema, "film=Old.mkv")
    tab.wait_for(f"{WORDS.format('failure-heading')} === 'This browser cannot show this film'")
    words = tab.evaluate(WORDS.format("failure-words"))
    assert words.startswith("It shows no MPEG-4 pictures of such a file, and plays no sound of this film either.")
    assert not tab.evaluate("document.getElementById('warnings').checkVisibility()")


def test_a_film_that_firefox_cannot_play_is_said_and_offered_to_other_players(tab, cinema):
    await_details(cinema)
    _opens(tab, cinema, "film=Old.avi")
    tab.wait_for(f"{WORDS.format('failure-heading')} === 'This browser cannot show this film'")
    link = tab.evaluate("document.getElementById('failure-vlc').href")
    assert link == f"{cinema}/playlist.m3u?film=Old.avi"


def test_a_server_that_was_killed_is_waited_for_and_the_film_goes_on(tab, restartable, long_film):
    server = restartable(long_film.parent)
    _opens(tab, server.url, "film=Long.mp4")
    _plays(tab, past_s=1)
    restartable.kill()
    tab.evaluate("void (video.currentTime = 90)")
    tab.wait_for(f"{WORDS.format('stage-words')} === 'Connection lost. Trying again…'")
    restartable(long_film.parent)
    _plays(tab, past_s=90.5, before_s=120)
