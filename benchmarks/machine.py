"""The machine on which was measured, as far as that matters to a reader; nothing that names it."""

import os
from pathlib import Path
import platform

from homeassistant.const import __version__ as home_assistant_version


def describe() -> dict[str, str]:
    """Return processor, memory and versions."""
    return {
        "Processor": f"{_of('/proc/cpuinfo', 'model name') or platform.machine()}, {os.cpu_count()} cores",
        "Memory": _memory(),
        "System": f"{platform.system()} on {platform.machine()}",
        "Python": platform.python_version(),
        "Home Assistant": home_assistant_version,
        "Load before the run": _load(),
    }


def _of(path: str, name: str) -> str | None:
    file = Path(path)
    if not file.exists():
        return None
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _memory() -> str:
    total = _of("/proc/meminfo", "MemTotal")
    return f"{int(total.split()[0]) / 1024**2:.0f} GiB" if total else "unknown"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
