"""A worker that a film has taken over, which sends details to attack the page."""

from services.media.worker.main import main


def probe(film):
    return {
        "state": "known",
        "container": "mp4",
        "type": 'video/mp4; codecs="avc1.640028"',
        "video": {"codec": "avc1.640028", "name": "H.264", "width": 1, "height": 1},
        "poster": "https://evil.example/pixel.gif",
    }


if __name__ == "__main__":
    main({"probe": __spec__.name})
