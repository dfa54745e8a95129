"""Which dialects the tests of what people can see are run in, for ``scripts/dialects``; with ``--all`` each."""

import random
import sys

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS
from tests.seeds import VARIABLE, first_seed, repeated_seed

# The simulator's own tables, so that a new dialect is in by itself. Left out are those in which more is different than
# these tests are written for: who calls is known by reading only, or webhooks deliver events in any order.
NAMES = (
    *(name for name, row in DIALECTS.items() if "calls" not in row.loses),
    *(name for name in CONNECTION_DIALECTS if not name.startswith("webhook")),
)
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
