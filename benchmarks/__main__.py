"""python -m benchmarks: measures this server beside its peers, and writes results.md, results.png and results.json.

A full run takes a quarter of an hour and writes into this folder. A partial or quick run writes into partial/.
"""

import argparse
import json
import resource
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.films import NoSpace
from benchmarks.peers import PEERS
from benchmarks.plot import draw
from benchmarks.report import markdown
from benchmarks.run import MEASUREMENTS, Results, run

HERE = Path(__file__).resolve().parent


def main() -> None:
    options = _parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that started processes are ended
    _allow_descriptors()
    effort = _effort(options)
    measurements = [each for each in MEASUREMENTS if not options.only or each.name in options.only]
    peers = [each for each in PEERS if not options.server or each.name in options.server]
    try:
        results = run(measurements, peers, effort)
    except NoSpace as reason:
        sys.exit(f"benchmarks: {reason}")
    whole = not (options.quick or options.only or options.server)
    _write(results, effort, HERE if whole else HERE / "partial")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measures this server beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short round of everything, in two minutes or so")
    parser.add_argument(
        "--only", action="append", choices=[each.name for each in MEASUREMENTS], help="this measurement"
    )
    parser.add_argument("--server", action="append", choices=[each.name for each in PEERS], help="this server")
    parser.add_argument("--viewers", type=int, help="how many stall at each server (default: 400, quick: 100)")
    parser.add_argument("--crowd", type=int, help="how many stall at ours alone (default: 10,000, quick: none)")
    return parser.parse_args(arguments)


def _effort(options: argparse.Namespace) -> Effort:
    effort = QUICK if options.quick else FULL
    asked = {name: getattr(options, name) for name in ("viewers", "crowd")}
    return replace(effort, **{name: value for name, value in asked.items() if value is not None})


def _allow_descriptors() -> None:
    """Raises the limit of descriptors, for our viewers and for the servers, which inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _write(results: Results, effort: Effort, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    report = markdown(results, effort, " ".join(["make bench", *_make_arguments()]))
    (folder / "results.md").write_text(report, "utf-8")
    (folder / "results.json").write_text(json.dumps(asdict(results), indent=1), "utf-8")
    picture = folder / "results.png"
    picture.unlink(missing_ok=True)  # a picture of another run would contradict the tables
    draw(results, picture)
    print(report)


def _make_arguments() -> list[str]:
    return [f'ARGS="{" ".join(sys.argv[1:])}"'] if sys.argv[1:] else []


if __name__ == "__main__":
    main()
