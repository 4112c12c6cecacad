"""The command of an installed server: ``movie-streaming``, or ``python -m movie_streaming``.

A wheel has this folder as the package movie_streaming, so its names cannot collide with other packages'. The modules
still import each other by the same names as in the repository, since this folder comes first in ``sys.path``.
"""

import sys
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import server

    server.main()


if __name__ == "__main__":
    main()
