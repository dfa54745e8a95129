"""The office day."""

from collections import Counter

import pytest

from simulator.account import demo_account
from simulator.clock import Clock
from simulator.notice import Notice
from simulator.office_day import CLOSES, DAY, HOUR, OPENS, OfficeDay
from simulator.phones import Phones
from tests.waiting import until, until_quiet


def play(seed, until_time=DAY):
    """Play without waiting; return the phones and the bodies of what was reported."""
    phones = Phones(demo_account(Clock(1_750_000_000)))
    notices: list[Notice] = []
    phones.account.listen(notices.append)
    day = OfficeDay(phones, seed=seed)
    day.play_until(until_time)
    return phones, notices


def test_day_has_all_that_happens_in_an_office():
    phones, notices = play(seed=1)

    happened = Counter(step.kind for step in phones.history)
    expected = ["ringing", "dialing", "answered", "held", "resumed", "parked", "ended", "missed", "answered_elsewhere"]
    assert {kind for kind in expected if happened[kind] < 10} == set()
    bodies = [notice.body for notice in notices if notice.kind == "presence"]
    assert any(body["dndStatus"] == "DoNotAcceptAnyCalls" for body in bodies)
    assert any(body["meetingStatus"] == "Connected" for body in bodies)
    sessions = {call["sessionId"] for body in bodies for call in body.get("activeCalls", [])}
    assert "0" in sessions
    assert any("from" not in call for body in bodies for call in body.get("activeCalls", []))
    queue_calls = {call["sessionId"] for body in bodies for call in body.get("activeCalls", []) if call["queueCall"]}
    assert len(queue_calls) > 20


@pytest.mark.parametrize("seed", range(5))
def test_every_call_that_starts_ends_once(seed):
    phones, _ = play(seed, until_time=2 * DAY)

    ends = {"ended", "missed", "answered_elsewhere"}
    open_legs: Counter[str] = Counter()
    for step in phones.history:
        leg = step.party_id
        if step.kind in ends:
            open_legs[leg] -= 1
        elif step.kind in {"ringing", "dialing"} or (step.kind in {"answered", "parked"} and not open_legs[leg]):
            open_legs[leg] += 1
        assert 0 <= open_legs[leg] <= 1, step
    assert not any(open_legs.values())
    assert phones.calls == []
    for extension_id in phones.account.extensions:
        assert phones.account.truth(extension_id).telephony_status == "NoCall"


def test_nobody_works_at_night_and_the_next_day_is_another():
    phones = Phones(demo_account(Clock()))
    day = OfficeDay(phones, seed=1)
    day.play_until(CLOSES)
    assert phones.calls == []
    evening = len(phones.history)
    day.play_until(DAY + OPENS - 1)
    assert len(phones.history) == evening

    day.play_until(2 * DAY)

    assert len(phones.history) > 1.5 * evening


def test_who_still_talks_at_the_end_of_the_day_hangs_up():
    phones = Phones(demo_account(Clock()))
    day = OfficeDay(phones, seed=1)
    phones.call_in("101").answer()

    day.play_until(CLOSES)

    assert phones.calls == []


async def test_night_takes_a_minute(phones, clock):
    day = OfficeDay(phones, seed=1)
    day.play_until(DAY - 1)
    day.start()
    await until_quiet()
    clock.advance(59)
    await until_quiet()
    assert day.time_of_day == "08:29"

    clock.advance(2)

    await until(lambda: day.now == DAY + OPENS)
    assert day.time_of_day == "08:30"
    await day.stop()


def test_lunch_ends():
    phones, _ = play(seed=2)

    assert all(phones.account.takes_calls(one) for one in phones.account.extensions.values())


def test_seed_repeats_the_day():
    def story(seed):
        phones, _ = play(seed, until_time=OPENS + HOUR)
        return [(step.extension_id, step.kind) for step in phones.history]

    assert story(3) == story(3) != story(4)


async def test_day_plays_at_its_speed_on_the_clock(phones, clock):
    day = OfficeDay(phones, seed=1, speed=10)
    day.start()
    assert day.is_playing
    await until(lambda: phones.history)
    for _ in range(100):
        clock.advance(1)
        await until_quiet()

    assert day.now - OPENS == pytest.approx(1000, rel=0.1)
    await day.stop()
    assert not day.is_playing


async def test_speed_changes_while_it_plays(phones):
    day = OfficeDay(phones, seed=1, speed=0.001)
    day.start()
    await until(lambda: phones.history)
    first_call = len(phones.history)
    await until_quiet()
    assert len(phones.history) == first_call

    day.speed = 100_000

    await until(lambda: len(phones.history) > first_call + 20)
    await day.stop()
    with pytest.raises(ValueError, match="above zero"):
        day.speed = 0


async def test_stopped_day_leaves_calls_as_they_are_and_goes_on_when_started(phones):
    day = OfficeDay(phones, seed=1, speed=100_000)
    day.start()
    await until(lambda: phones.calls)
    await day.stop()
    calls, length = phones.calls, len(phones.history)
    await until_quiet()
    assert (phones.calls, len(phones.history)) == (calls, length)

    day.start()

    await until(lambda: len(phones.history) > length)
    await day.stop()


def test_calls_made_by_hand_do_not_disturb_the_day():
    phones = Phones(demo_account(Clock()))
    day = OfficeDay(phones, seed=1)
    for _ in range(300):
        day.step()
        for call in phones.calls[:1]:
            call.hang_up()

    day.play_until(DAY)

    assert phones.calls == []
