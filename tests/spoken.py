"""Which dialects the tests of what people can see are run in, for ``scripts/dialects``; with ``--all`` each."""

import random
import sys

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS
from tests.seeds import VARIABLE, first_seed, repeated_seed

# The simulator's own tables, so that a new dialect is in by itself.
NAMES = (*DIALECTS, *CONNECTION_DIALECTS)
SAMPLE = 3


def drawn() -> list[str]:
    """Return the sample, or the one that is to be repeated."""
    return random.Random(chosen_seed()).sample(NAMES, SAMPLE)


def chosen_seed() -> int:
    """Return the seed of the sample."""
    repeated = repeated_seed()
    return first_seed() if repeated is None else repeated


if __name__ == "__main__":
    if "--all" not in sys.argv:
        sys.stderr.write(f"Repeat this sample with {VARIABLE}={chosen_seed()}\n")
    sys.stdout.write("\n".join(NAMES if "--all" in sys.argv else drawn()) + "\n")
