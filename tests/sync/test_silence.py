"""Into silence presence is read, and a deaf link has to prove itself: the rule alone, then in Home Assistant."""

import asyncio
import logging

import pytest

from custom_components.ringcentral.api.errors import RateLimitedError, UnreachableError
from custom_components.ringcentral.diagnostics import describe_office
from custom_components.ringcentral.sync.silence import SILENCE, Silence
from custom_components.ringcentral.sync.timers import Timers
from simulator.clock import Clock
from tests.office import find_issue


class Reader:
    """Counts when it is to read, and fails as a test says."""

    def __init__(self, clock):
        self.clock = clock
        self.is_ok = True
        self.reads = []
        self.errors = []
        self.failures = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read_in_turn(self):
        self.reads.append(round(self.clock.monotonic()))
        await self.may_answer.wait()
        if self.errors:
            raise self.errors.pop(0)

    def handle_failure(self, error):
        self.failures.append(error)


class Watched:
    """A link that is watched from 0 s on, on a clock that stands still until a test moves it."""

    def __init__(self):
        self.clock = Clock(start=0, speed=1e-6)
        self.timers = Timers(self.clock)
        self.reader = Reader(self.clock)
        self.tasks = set()
        self.silence = Silence(self.timers, self.clock, reader=lambda: self.reader, start_task=self.start)
        self.silence.link_made()

    def start(self, work, name):
        self.tasks.add(asyncio.get_running_loop().create_task(work, name=name))

    async def passes(self, seconds):
        for _ in range(seconds):
            self.clock.advance(1)
            for _ in range(4):
                await asyncio.sleep(0)


@pytest.fixture
async def watched():
    made = Watched()
    yield made
    made.timers.close()
    for task in made.tasks:
        task.cancel()
    for result in await asyncio.gather(*made.tasks, return_exceptions=True):
        assert result is None or isinstance(result, asyncio.CancelledError), result


async def test_presence_is_read_every_50_s_of_silence(watched):
    await watched.passes(160)
    assert watched.reader.reads == pytest.approx([SILENCE, 2 * SILENCE, 3 * SILENCE], abs=3)


async def test_nothing_is_read_while_events_come(watched):
    for _ in range(10):
        await watched.passes(40)
        watched.silence.handle_event()
    assert watched.reader.reads == []
    await watched.passes(52)
    assert len(watched.reader.reads) == 1


async def test_without_a_link_nothing_is_read_since_those_who_poll_do(watched):
    watched.silence.link_lost()
    await watched.passes(200)
    assert watched.reader.reads == []
    watched.silence.link_made()
    await watched.passes(52)
    assert len(watched.reader.reads) == 1


async def test_a_proof_that_takes_long_is_not_overtaken_by_another(watched):
    watched.reader.may_answer.clear()
    await watched.passes(200)
    assert len(watched.reader.reads) == 1
    watched.reader.may_answer.set()
    await watched.passes(2)
    assert len(watched.reader.reads) == 2


async def test_a_link_that_is_lost_while_it_is_proved_is_proved_no_more(watched):
    watched.reader.may_answer.clear()
    await watched.passes(52)
    watched.silence.link_lost()
    watched.reader.may_answer.set()
    await watched.passes(200)
    assert len(watched.reader.reads) == 1


async def test_each_refusal_for_too_many_requests_doubles_the_pause_until_one_works(watched):
    watched.reader.errors = [RateLimitedError("RingCentral answered 429", retry_after=30)] * 3
    await watched.passes(840)
    gaps = [later - former for former, later in zip(watched.reader.reads, watched.reader.reads[1:], strict=False)]
    assert gaps == pytest.approx([100, 200, 400, 50], abs=2)
    assert watched.reader.failures == [], "reading is not broken"


async def test_the_pause_is_never_longer_than_a_quarter_of_an_hour_but_for_what_the_cloud_asks(watched):
    watched.reader.errors = [RateLimitedError("RingCentral answered 429", retry_after=30)] * 8
    await watched.passes(5000)
    longest = max(b - a for a, b in zip(watched.reader.reads, watched.reader.reads[1:], strict=False))
    assert longest == pytest.approx(900, abs=2)


async def test_another_failure_is_left_to_the_reader_which_polls_until_it_works(watched):
    watched.reader.errors = [UnreachableError("RingCentral answered 503")]
    await watched.passes(52)
    assert len(watched.reader.failures) == 1
    watched.reader.is_ok = False
    await watched.passes(300)
    assert len(watched.reader.reads) == 1
    watched.reader.is_ok = True
    await watched.passes(52)
    assert len(watched.reader.reads) == 2


async def test_a_deaf_link_is_one_until_an_event_comes_by_that_which_replaces_it(watched):
    silence = watched.silence
    assert silence.handle_missed(is_replaced=True)
    assert silence.is_deaf
    assert not silence.handle_event(), "by the former link"
    assert silence.is_deaf
    silence.link_made()
    assert silence.is_deaf, "another link proves nothing"
    await watched.passes(200)
    assert watched.reader.reads == [], "everything is polled"
    assert silence.handle_event()
    assert not silence.is_deaf
    assert not silence.handle_event(), "that was no news"


async def test_where_the_link_is_not_replaced_the_next_event_proves_it(watched):
    assert watched.silence.handle_missed(is_replaced=False)
    assert watched.silence.handle_event()


async def test_what_is_missed_by_a_deaf_link_is_no_news(watched):
    watched.silence.handle_missed(is_replaced=True)
    assert not watched.silence.handle_missed(is_replaced=False)
    assert not watched.silence.handle_event(), "it is still to be replaced"


# In Home Assistant


def told(office):
    return describe_office(office.coordinator)


async def test_the_silence_of_a_sound_link_is_proved_and_changes_nothing(office):
    await office.pass_time(400)
    assert told(office)["proofs"] >= 5
    assert told(office)["counters"].get("deaf", 0) == 0
    assert office.shown(None, "connection") == "on"


async def test_a_deaf_link_is_found_within_90_s_said_so_and_polled_until_an_event_comes(hass, office, phones, caplog):
    caplog.set_level(logging.INFO)
    await office.pass_time(100)
    office.simulator.faults.apply({"kind": "drop"})
    former = office.simulator.gateway.connections[0]
    phones.call_in("102", from_name="Harbor Dental").answer()
    await office.comes_true(lambda: office.shown("102", "on_call") == "on", within=55)
    await office.comes_true(lambda: office.shown(None, "connection") == "off", within=10)
    assert told(office)["deaf"] is True
    assert told(office)["counters"]["deaf"] == 1
    await office.pass_time(10)
    assert former not in office.simulator.gateway.connections, "it is made anew"
    for status in ("Busy", "Available"):
        phones.set_status("103", status)
        await office.comes_true(lambda status=status: office.shown("103", "presence") == status.lower(), within=65)
    assert office.shown(None, "connection") == "off", "no event has come by the new one, either"
    assert office.shown("103", "presence") != "unavailable"

    office.simulator.faults.clear()
    phones.set_status("104", "Busy")
    await office.shows("104", "presence", "busy")
    assert office.shown(None, "connection") == "on"
    assert told(office)["deaf"] is False
    messages = [one.getMessage() for one in caplog.records if one.name == "custom_components.ringcentral.sync"]
    assert sum("polling until those come" in one for one in messages) == 1
    assert sum("events come again" in one for one in messages) == 1
    assert find_issue(hass, office.entry, "missing_events") is None, "it has happened once"


async def test_what_was_missed_before_events_came_again_is_read(office, phones):
    await office.pass_time(100)
    office.simulator.faults.apply({"kind": "drop"})
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown(None, "connection") == "off", within=70)
    await office.pass_time(20)
    phones.set_status("103", "Busy")
    office.simulator.faults.clear()
    phones.set_status("104", "Busy")
    await office.shows("104", "presence", "busy")
    await office.comes_true(lambda: not office.differences(), within=65)


async def test_deafness_that_lasts_is_said_in_a_repair(hass, office, phones):
    await office.pass_time(100)
    office.simulator.faults.apply({"kind": "drop"})
    for number in range(9):
        phones.set_status("102", "Available" if number % 2 else "Busy")
        await office.pass_time(60, 10)
    assert find_issue(hass, office.entry, "missing_events") is not None


async def test_an_unreadable_frame_is_followed_by_a_read_at_once(office, phones):
    await office.pass_time(100)
    office.simulator.faults.apply({"kind": "malformed", "form": "truncated"})
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown("102", "presence") == "busy", within=10, step=1)
    await office.comes_true(lambda: office.shown(None, "connection") == "off", within=10, step=1)


async def test_events_of_what_is_not_presence_prove_nothing(office, phones):
    await office.pass_time(100)
    office.simulator.faults.apply({"kind": "drop"})
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown(None, "connection") == "off", within=70)
    await office.pass_time(10)
    list_event = b'{"uuid": "1", "event": "/restapi/v1.0/account/1/extension", "body": {"extensions": []}}'
    office.coordinator.link.push_events([list_event], replayed=False)
    assert office.shown(None, "connection") == "off"
