"""The numbers of events, ``sequence``: one counter of the account, or two that alternate by chance."""

import random


class Sequence:
    """Counts events; the account shares its counter with traffic that nobody here sees, so there are gaps."""

    def __init__(self, seed: int) -> None:
        """Start where the seed decides."""
        chance = random.Random(f"account {seed}")
        self._steps = (chance, random.Random(f"second counter {seed}"))
        self._values = [chance.randrange(1_000, 400_000), 0]
        self._turns = random.Random(f"counters {seed}")

    def next(self, *, has_two_counters: bool) -> int:
        """Return the next number."""
        counter = self._turns.randrange(2) if has_two_counters else 0
        self._values[counter] += self._steps[counter].randrange(1, 40)
        return self._values[counter]

    def restart(self, value: int) -> None:
        """Go on from this number, as after a restart of the server that counts."""
        self._values[0] = value
