"""What the matrix has found, kept for docs/reliability.md."""

from dataclasses import asdict, dataclass
import hashlib
import json
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a row; times in simulated seconds."""

    fault: str
    lasted: float
    off_for: float
    blind_for: float
    issues: list[str]
    prompted: bool
    healed_after: float
    took: float
    requests: int
    events: int


def keep(config, result: Result) -> None:
    """Write a result into the folder of ``--results``, if that is given."""
    folder = config.getoption("--results")
    if folder:
        name = hashlib.sha256(result.fault.encode()).hexdigest()[:16]
        path = Path(folder) / f"fault-{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(result)))
