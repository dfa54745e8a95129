"""Budgets: so many requests in a window, none in a penalty, and what RingCentral says counts more than defaults."""

import asyncio

import pytest

from custom_components.ringcentral.api.errors import RateLimitedError
from custom_components.ringcentral.api.rate_limit import RateLimits, UsageGroup
from tests.waiting import until, until_quiet


@pytest.fixture
def limits(clock):
    return RateLimits(clock)


async def take(limits, count, group=UsageGroup.HEAVY):
    for _ in range(count):
        await limits.acquire(group)


async def is_free(limits, group=UsageGroup.HEAVY):
    """Whether one more request may be sent at once; it is taken if so."""
    waiting = asyncio.ensure_future(limits.acquire(group))
    done, _ = await asyncio.wait({waiting}, timeout=0.01)
    waiting.cancel()
    return bool(done) and waiting.exception() is None


@pytest.mark.parametrize(
    ("group", "count"),
    [(UsageGroup.LIGHT, 50), (UsageGroup.MEDIUM, 40), (UsageGroup.HEAVY, 10), (UsageGroup.AUTH, 5)],
)
async def test_budget_of_a_group_is_what_the_guide_says(limits, group, count):
    await take(limits, count, group)

    assert not await is_free(limits, group)


async def test_login_over_the_budget_is_refused_at_once_since_somebody_may_be_waiting(limits, clock):
    await take(limits, 5, UsageGroup.AUTH)
    clock.advance(40)
    with pytest.raises(RateLimitedError) as refusal:
        await limits.acquire(UsageGroup.AUTH)
    assert refusal.value.retry_after == pytest.approx(20, abs=0.5)


async def test_groups_do_not_share_a_budget(limits):
    await take(limits, 10)

    assert await is_free(limits, UsageGroup.LIGHT)


async def test_request_over_the_budget_waits_until_the_oldest_leaves_the_window(limits, clock):
    await take(limits, 4)
    clock.advance(30)
    await take(limits, 6)
    waiting = asyncio.create_task(limits.acquire(UsageGroup.HEAVY))

    clock.advance(29.9)
    assert not (await asyncio.wait({waiting}, timeout=0.01))[0]
    clock.advance(0.2)
    await until(waiting.done)

    # Three more of the oldest have left with it, and no others.
    await take(limits, 3)
    assert not await is_free(limits)


async def test_those_who_wait_are_let_through_as_the_window_allows(limits, clock):
    await take(limits, 10)
    waiting = [asyncio.create_task(limits.acquire(UsageGroup.HEAVY)) for _ in range(15)]

    clock.advance(60.1)
    await until(lambda: sum(one.done() for one in waiting) == 10)
    clock.advance(60.1)
    await until(lambda: all(one.done() for one in waiting))


async def test_penalty_is_silence_for_its_group_alone(limits, clock):
    limits.penalize(UsageGroup.LIGHT, 45)

    with pytest.raises(RateLimitedError) as refusal:
        await limits.acquire(UsageGroup.LIGHT)
    await limits.acquire(UsageGroup.MEDIUM)

    assert refusal.value.retry_after == pytest.approx(45, abs=0.01)
    clock.advance(44)
    with pytest.raises(RateLimitedError) as refusal:
        await limits.acquire(UsageGroup.LIGHT)
    assert refusal.value.retry_after == pytest.approx(1, abs=0.01)
    clock.advance(1.1)
    await limits.acquire(UsageGroup.LIGHT)


async def test_shorter_penalty_does_not_end_a_longer_one(limits, clock):
    limits.penalize(UsageGroup.LIGHT, 60)
    limits.penalize(UsageGroup.LIGHT, 5)
    clock.advance(10)

    with pytest.raises(RateLimitedError):
        await limits.acquire(UsageGroup.LIGHT)


async def test_penalty_reaches_those_who_wait(limits, clock):
    await take(limits, 10)
    waiting = asyncio.create_task(limits.acquire(UsageGroup.HEAVY))
    await asyncio.sleep(0)
    limits.penalize(UsageGroup.HEAVY, 120)

    clock.advance(61)

    with pytest.raises(RateLimitedError):
        await waiting


def headers(**values):
    """Return the headers of an answer, as ``X-Rate-Limit-Remaining: 3``."""
    return {f"X-Rate-Limit-{name.title()}": str(value) for name, value in values.items()}


async def test_limit_is_learned_from_headers(limits):
    limits.learn(UsageGroup.HEAVY, headers(group="heavy", limit=2, remaining=2))

    await take(limits, 2)
    assert not await is_free(limits)


async def test_requests_of_others_are_learned_from_headers(limits):
    await take(limits, 1)
    limits.learn(UsageGroup.HEAVY, headers(group="heavy", limit=10, remaining=3))

    await take(limits, 3)
    assert not await is_free(limits)


async def test_window_is_learned_from_headers(limits, clock):
    limits.learn(UsageGroup.HEAVY, headers(group="heavy", limit=1, remaining=0, window=10))
    assert not await is_free(limits)

    clock.advance(10.1)

    assert await is_free(limits)


async def test_header_never_gives_back_what_was_sent(limits):
    await take(limits, 10)
    limits.learn(UsageGroup.HEAVY, headers(group="heavy", limit=10, remaining=9))

    assert not await is_free(limits)


@pytest.mark.parametrize(
    "said",
    [
        {},
        headers(group="light", limit=1, remaining=0),
        headers(limit=0),
        headers(limit=-1),
        headers(limit="many", remaining="few", window="long"),
        headers(limit=10**30),
        headers(limit=1_000_000),
        headers(window=0),
        headers(window=999_999),
        headers(remaining=-1),
    ],
)
async def test_header_that_makes_no_sense_or_concerns_another_group_changes_nothing(limits, clock, said):
    limits.learn(UsageGroup.HEAVY, said)

    await take(limits, 10)
    assert not await is_free(limits)
    clock.advance(60.1)
    assert await is_free(limits)


async def test_a_patient_request_leaves_half_of_the_budget_to_others(limits, clock):
    for _ in range(5):
        await limits.acquire(UsageGroup.HEAVY, is_patient=True)
    patient = asyncio.ensure_future(limits.acquire(UsageGroup.HEAVY, is_patient=True))
    await until_quiet()
    assert not patient.done()

    await take(limits, 5)
    clock.advance(61)
    await until(patient.done)
