"""Which dialects the tests of what people can see are run in, for ``scripts/dialects``; with ``--all`` each."""

import random
import sys

from simulator.dialects import CONNECTION_DIALECTS, DIALECTS
from tests.seeds import VARIABLE, first_seed, repeated_seed

# Of the connection, those in which nothing that these tests wait for comes late: transports and limits have tests of
# their own. Of the wire, those that were seen to change nothing of what the tests expect to the letter; what others do
# (numbers without a plus, later verdicts) is compared by meaning, in the morning of `tests/test_dialects.py`.
_OTHERS = {"five_filters_at_most", "log_in_refused_at_limit"}
_OF_THE_WIRE = (
    "specified",
    "extension_id_as_text",
    "ids_as_numbers",
    "times_with_offset",
    "account_as_tilde",
    "sequence_as_text",
    "total_as_text",
)
NAMES = [
    *(name for name in CONNECTION_DIALECTS if name not in _OTHERS and not name.startswith("webhook")),
    *(name for name in _OF_THE_WIRE if name in DIALECTS),
]
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
