"""Which dialects the tests of what people can see are run in, for ``scripts/dialects``; with ``--all`` each."""

import random
import sys

from tests.seeds import VARIABLE, first_seed, repeated_seed

# Those in which every one of these tests was seen to pass as it stands. What other dialects change to the letter
# (numbers without a plus, later verdicts) is compared by meaning, in the morning of `tests/test_dialects.py`.
NAMES = (
    "account_as_tilde",
    "account_filter_left_out",
    "extension_id_as_text",
    "heartbeats_unanswered",
    "ids_as_numbers",
    "silent_after_token",
    "specified",
    "times_with_offset",
    "without_refresh_tokens",
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
