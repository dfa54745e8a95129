"""Replays the capture in a file of diagnostics; see `scripts/replay`."""

import argparse
from dataclasses import asdict
import json
from pathlib import Path
import re
import sys

# First, since it spares importing Home Assistant.
from tests import rules  # noqa: F401
from tests.captures import FOLDER
from tests.captures.player import CaptureError, Document, Step, load, play
from tests.captures.table import render


def main() -> int:
    options = _parse()
    try:
        capture = load(options.file)
        steps = play(capture)
        if options.test is not None:
            print(
                f"Written: {_write(options.test, options.file, capture, steps)}. Correct what should have come of it."
            )
            return 0
    except CaptureError as error:
        print(error, file=sys.stderr)
        return 1
    for line in render(steps, {one["id"]: one["number"] for one in capture["extensions"]}):
        print(line)
    return 0


def _write(name: str, source: Path, capture: Document, steps: list[Step]) -> Path:
    """Write a test of what comes of the capture at present; an existing one only if it is the source itself."""
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise CaptureError(f"{name} is no name for a test; it has small letters, digits and underscores.")
    path = FOLDER / f"{name}.json"
    if path.exists() and path.resolve() != source.resolve():
        raise CaptureError(f"There is a test {name} already; choose another name.")
    document = {"capture": capture, "expected": [asdict(step) for step in steps]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path.relative_to(FOLDER.parents[1])


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/replay", description="Replays the capture in a file of diagnostics.")
    parser.add_argument("file", metavar="FILE", type=Path, help="diagnostics of the integration or of a device")
    parser.add_argument("--test", metavar="NAME", help="write it as tests/captures/NAME.json, with what comes of it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
