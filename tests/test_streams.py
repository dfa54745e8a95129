"""Random office life through real sockets and a real Home Assistant: everything ends equal to the truth.

Each seed is one life of an office: ten streams of calls, shuffled, duplicated, delayed, cut by lost sockets, racing
with reads, with the counter beginning anew now and then.
"""

import asyncio
import random

import pytest

from tests.chaos import Network, People, check_story

STREAMS_PER_OFFICE = 10


@pytest.mark.parametrize("seed", range(10))
async def test_ten_random_streams_end_equal_to_the_truth(hass, office, phones, clock, seed):
    told = []
    office.coordinator.async_listen_transitions(told.append)
    rand = random.Random(f"network {seed}")
    network = Network(office.simulator, rand)
    for stream in range(STREAMS_PER_OFFICE):
        people = People(phones, seed * 1000 + stream, may_blink=not stream % 3)
        for _ in range(30):
            people.step()
            if people.may_blink:
                await asyncio.sleep(0.001)
            elif rand.random() < 0.2:
                network.disturb()
            if rand.random() < 0.1:
                hass.async_create_task(office.coordinator.async_resync())
            clock.advance(rand.choice([0, 0.1, 1, 3]))
            await asyncio.sleep(0.001)
        people.finish()
        office.simulator.faults.clear()
        await until_quiet(office, clock, lambda: not office.differences() and not check_story(told, phones.history))
        assert office.differences() == [], stream
        assert check_story(told, phones.history) == [], stream


async def until_quiet(office, clock, is_settled):
    """Let time pass until the link is back and everything that was delayed has arrived."""
    for _ in range(80):
        clock.advance(5)
        await office.settle()
        if office.coordinator.is_push_connected and is_settled():
            return
