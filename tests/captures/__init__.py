"""What RingCentral sent to somebody, from the diagnostics of a bug report, and what has to come of it."""

from pathlib import Path

FOLDER = Path(__file__).parent
