"""Seeds of random tests: the same in every run, so that a failure is one of the change; others every night.

``SEEDS_OF_TODAY=1`` draws by the date, as the nightly workflow does; any life can be repeated on request.
"""

from datetime import UTC, datetime
import os

# Repeats one life: ``LIVES_SEED=739582014 scripts/test --rules tests/presence/test_streams.py``.
VARIABLE = "LIVES_SEED"

_BY_DATE = "SEEDS_OF_TODAY"
_USUAL = 739948000


def first_seed() -> int:
    """Return the first of a thousand seeds: the usual ones, or those of today."""
    return datetime.now(UTC).toordinal() * 1000 if os.environ.get(_BY_DATE) else _USUAL


def repeated_seed() -> int | None:
    """Return the seed that is to be repeated, if one is."""
    return int(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def seeds(count: int) -> list[int]:
    """Return that many seeds, or the one that is to be repeated."""
    repeated = repeated_seed()
    return [repeated] if repeated is not None else list(range(first_seed(), first_seed() + count))


def how_to_repeat(seed: int) -> str:
    """Return what to say where a life has failed."""
    return f"repeat this life with {VARIABLE}={seed}"
