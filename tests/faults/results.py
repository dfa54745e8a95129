"""What long runs have found, kept for docs/reliability.md."""

from dataclasses import dataclass
import json
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a row; times in simulated seconds."""

    fault: str
    lasted: float
    off_for: float
    blind_for: float
    misled_for: float
    issues: list[str]
    prompted: bool
    healed_after: float
    requests: int


def keep(config, name: str, figures) -> None:
    """Write figures into the folder of ``--results``, if that is given."""
    if folder := config.getoption("--results"):
        path = Path(folder) / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures))
