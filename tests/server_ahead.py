"""server.py with a clock that a test puts forward: by the seconds in the file that CLOCK names."""

import os
import runpy
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
_ahead_s = Path(os.environ["CLOCK"])
_time = time.time

time.time = lambda: _time() + float(_ahead_s.read_text())
sys.path[0] = str(ROOT)
runpy.run_path(str(ROOT / "server.py"), run_name="__main__")
