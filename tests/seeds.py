"""Seeds of random tests: others every day, so that the suite looks at new lives, and any of them again on request."""

from datetime import UTC, datetime
import os

# Repeats one life: ``LIVES_SEED=739582014 scripts/test --rules tests/presence/test_streams.py``.
VARIABLE = "LIVES_SEED"


def first_seed() -> int:
    """Return the first seed of today; a thousand belong to each day."""
    return datetime.now(UTC).toordinal() * 1000


def repeated_seed() -> int | None:
    """Return the seed that is to be repeated, if one is."""
    return int(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def seeds(count: int) -> list[int]:
    """Return that many seeds of today, or the one that is to be repeated."""
    repeated = repeated_seed()
    return [repeated] if repeated is not None else list(range(first_seed(), first_seed() + count))


def how_to_repeat(seed: int) -> str:
    """Return what to say where a life has failed."""
    return f"repeat this life with {VARIABLE}={seed}"
