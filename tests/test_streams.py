"""Random office life through real sockets and a real Home Assistant: everything ends equal to the truth.

Each seed is one life of an office: ten streams of calls, shuffled, duplicated, delayed, cut by lost sockets, racing
with reads, with the counter beginning again now and then.
"""

import pytest

from tests.chaos import Network, live


@pytest.mark.parametrize("seed", range(10))
async def test_ten_random_streams_end_equal_to_the_truth(office, seed):
    await live(office, seed, streams=10, disturb=lambda chance: Network(office.simulator, chance).disturb())
