"""Samples of RingCentral's documentation and of real traffic."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"


def payload(name: str) -> Any:
    """Return a sample by its file's name."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def as_json(value: Any) -> bytes:
    """Return a value as it travels."""
    return json.dumps(value).encode()
