"""Which dialects the tests of what people can see are run in, for ``scripts/dialects``; with ``--all`` each."""

import random
import sys

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS
from tests.seeds import VARIABLE, first_seed, repeated_seed

# Those that keep something back are for the tests of the rules, which know what cannot be shown then; these for the
# morning in Home Assistant (`tests/test_dialects.py`), which knows what is the same by other words.
_OTHER_WORDS = {"numbers_without_plus", "rest_with_total"}
NAMES = [*CONNECTION_DIALECTS, *(name for name, row in DIALECTS.items() if not row.loses and name not in _OTHER_WORDS)]
SAMPLE = 3


def drawn() -> list[str]:
    """Return the sample of today, or the one that is to be repeated."""
    return random.Random(chosen_seed()).sample(NAMES, SAMPLE)


def chosen_seed() -> int:
    """Return the seed of the sample."""
    repeated = repeated_seed()
    return first_seed() if repeated is None else repeated


if __name__ == "__main__":
    if "--all" not in sys.argv:
        sys.stderr.write(f"Repeat this sample with {VARIABLE}={chosen_seed()}\n")
    sys.stdout.write("\n".join(NAMES if "--all" in sys.argv else drawn()) + "\n")
