"""How long answers are waited for."""

import asyncio

import pytest

from custom_components.ringcentral.api import patience
from custom_components.ringcentral.api.errors import UnreachableError
from custom_components.ringcentral.api.patience import Patience
from custom_components.ringcentral.api.transport import exchange


@pytest.fixture
def now(monkeypatch):
    """The time; a list, so that it can be moved."""
    time = [1000.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: time[0])
    return time


def ask(patient, now, seconds, *, answered=False):
    """Wait so long for an answer, which may come; return the seconds that the request was given."""
    with patient.request() as (timeout, answer):
        now[0] += seconds
        if answered:
            answer()
        return timeout.sock_read


def test_a_running_entry_waits_for_each_answer_as_long_as_for_the_first(now):
    patient = Patience()
    with patient.request() as (timeout, _):
        assert (timeout.total, timeout.sock_read) == (20.0, None)


def test_requests_one_after_the_other_share_what_is_left_of_the_patience(now):
    patient = Patience()
    with patient.limited(10.0):
        assert ask(patient, now, 6.0) == 10.0
        assert ask(patient, now, 3.0) == 4.0
        now[0] += 60.0  # Nobody was asked meanwhile.
        assert ask(patient, now, 1.0) == 1.0
        with pytest.raises(UnreachableError):
            ask(patient, now, 0.0)


def test_an_answer_restores_it(now):
    patient = Patience()
    with patient.limited(10.0):
        ask(patient, now, 9.0, answered=True)
        assert ask(patient, now, 9.0) == 10.0
        assert ask(patient, now, 0.0) == 1.0


def test_two_that_wait_at_the_same_time_wait_once(now):
    patient = Patience()
    with patient.limited(10.0):
        with patient.request(), patient.request():
            now[0] += 4.0
        assert ask(patient, now, 0.0) == 6.0


def test_afterwards_nothing_is_limited_any_more(now):
    patient = Patience()
    with patient.limited(10.0):
        ask(patient, now, 11.0)
    assert not patient.is_limited
    assert ask(patient, now, 0.0) is None


async def test_silence_is_given_up_in_time(http, simulator):
    simulator.faults.apply({"kind": "silent"})
    patient = Patience()
    with patient.limited(0.1):
        async with asyncio.timeout(60):
            with pytest.raises(UnreachableError):
                await exchange(http, "GET", f"{simulator.url}/restapi", headers={}, patience=patient)
    simulator.faults.clear()
