"""What is started where the server is installed: ``movie-streaming``, or ``python -m movie_streaming``.

A wheel has this folder as the package movie_streaming, so no name in it can be another package's, too. The modules
import each other by the same names as in the repository, since Python looks into this folder first.
"""

import sys
from pathlib import Path


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import server

    server.main()


if __name__ == "__main__":
    main()
