import json

from services.packaging.film_index import FilmIndex, Track
from services.packaging.manifests.index_json import index_json

PICTURE = Track(0, "video", "avc1.640028", 24000, b"", width=1920, height=1080, is_default=True, bytes_per_s=700_000)
SOUND = Track(2, "audio", "mp4a.40.2", 48000, b"", language="de", label="Kommentar", channels=2)


def test_a_player_is_told_the_length_the_cuts_and_the_tracks():
    index = FilmIndex(5.0051, 0.083333333, (0.0, 2.002, 4.004), (PICTURE, SOUND))
    assert json.loads(index_json(index)) == {
        "duration": 5.005,
        "delay": 0.083333,
        "cuts": [0.0, 2.002, 4.004],
        "tracks": [
            {
                "name": "v0",
                "type": 'video/mp4; codecs="avc1.640028"',
                "default": True,
                "width": 1920,
                "height": 1080,
                "bytes_per_s": 700_000,
            },
            {
                "name": "a2",
                "type": 'audio/mp4; codecs="mp4a.40.2"',
                "language": "de",
                "label": "Kommentar",
                "channels": 2,
            },
        ],
    }
