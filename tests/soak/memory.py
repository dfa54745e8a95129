"""How much is held: by the integration's own objects, and by the whole process."""

import gc
from pathlib import Path
import sys

_PACKAGE = "custom_components.ringcentral"
_PLAIN = (str, bytes, bytearray, int, float, bool, type(None), tuple, list, dict, set, frozenset)


def held(coordinator) -> int:
    """Return the bytes of all that hangs on a coordinator and is made by the integration, or is plain data."""
    for _ in range(3):
        gc.collect()
    seen, waiting, size = set(), [coordinator], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or not _is_own(one):
            continue
        seen.add(id(one))
        size += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return size


def _is_own(one) -> bool:
    if isinstance(one, type):
        return False
    kind = type(one)
    # Containers of the standard library, as a deque and a Counter, are plain data, too.
    return kind in _PLAIN or kind.__module__ == "collections" or kind.__module__.startswith(_PACKAGE)


def process_size() -> int:
    """Return the bytes of memory that the process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
