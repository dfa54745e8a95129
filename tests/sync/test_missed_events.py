"""A link that looks sound and is deaf is found by what reads change."""

import asyncio
import json

import pytest

from custom_components.ringcentral.api.presence_payload import read_presence
from custom_components.ringcentral.presence.office import Office
from custom_components.ringcentral.presence.order import SNAPSHOT_LAG, Moment
from custom_components.ringcentral.sync.missed_events import MissedEvents
from custom_components.ringcentral.sync.timers import Timers
from simulator.clock import Clock
from tests.presence.office import SERVER_START, event

IDLE = {"presenceStatus": "Available", "dndStatus": "TakeAllCalls", "telephonyStatus": "NoCall", "activeCalls": []}


class Watched:
    """An extension whose events may or may not come, on a clock that stands still until a test moves it."""

    def __init__(self):
        self.clock = Clock(start=SERVER_START, speed=1e-6)
        self.timers = Timers(self.clock)
        self.office = Office()
        self.office.follow("101")
        self.connected_at = self.clock.monotonic()
        self.reports = 0
        self.missed = MissedEvents(self.timers, self.office.record, self.report)
        self.sequence = 0

    def report(self):
        self.reports += 1

    def moment(self):
        return Moment(self.clock.monotonic(), self.clock.time())

    async def wait(self, seconds):
        self.clock.advance(seconds)
        for _ in range(3):
            await asyncio.sleep(0)

    def read(self, **fields):
        before = self.office.record("101")
        presence = read_presence(json.dumps({**IDLE, **fields}).encode())
        self.office.snapshot("101", presence, self.clock.monotonic(), self.moment())
        self.missed.handle_read(before, self.office.record("101"), connected_at=self.connected_at)

    def event(self, **body):
        self.sequence += 1
        at = self.clock.time() - SERVER_START
        self.office.take(json.dumps(event(self.sequence, at=at, **body)).encode(), self.moment())


@pytest.fixture
async def watched():
    """Everything has been read once since the link is up."""
    made = Watched()
    await made.wait(1)
    made.read()
    await made.wait(60)
    assert made.reports == 0, "what was true before the link came is no event"
    yield made
    made.timers.cancel_all()


RINGING = [{"sessionId": "s1", "direction": "Inbound", "telephonyStatus": "Ringing"}]


@pytest.mark.parametrize(
    "change",
    [
        {"presenceStatus": "Busy"},
        {"userStatus": "Busy"},
        {"dndStatus": "DoNotAcceptAnyCalls"},
        {"telephonyStatus": "Ringing", "activeCalls": RINGING},
    ],
)
async def test_a_change_that_no_event_brings_is_reported_after_a_wait_for_the_event(watched, change):
    watched.read(**change)
    await watched.wait(SNAPSHOT_LAG - 0.5)
    assert watched.reports == 0
    await watched.wait(1)
    assert watched.reports == 1


async def test_an_event_that_comes_a_moment_after_the_read_was_on_its_way(watched):
    watched.read(presenceStatus="Busy")
    await watched.wait(2)
    watched.event(presenceStatus="Busy")
    await watched.wait(10)
    assert watched.reports == 0


async def test_an_event_shortly_before_explains_what_the_read_decides(watched):
    watched.event(meetingStatus="Connected")
    await watched.wait(14)
    watched.read(presenceStatus="Busy")
    await watched.wait(10)
    assert watched.reports == 0
    await watched.wait(10)
    watched.read(presenceStatus="Available")
    await watched.wait(10)
    assert watched.reports == 1, "it explains nothing for ever"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="nothing changed"),
        pytest.param({"message": "Back at ten"}, id="events don't bring it"),
        pytest.param({"presenceStatus": "Busy", "allowSeeMyPresence": False}, id="somebody hides"),
    ],
)
async def test_other_reads_prove_nothing(watched, change):
    watched.read(**change)
    await watched.wait(10)
    assert watched.reports == 0


async def test_the_first_read_since_the_link_is_up_proves_nothing(watched):
    watched.connected_at = watched.clock.monotonic()
    await watched.wait(1)
    watched.read(presenceStatus="Busy")
    await watched.wait(10)
    assert watched.reports == 0
    watched.read(presenceStatus="Available")
    await watched.wait(10)
    assert watched.reports == 1


async def test_an_extension_that_is_gone_is_not_asked_about(watched):
    watched.read(presenceStatus="Busy")
    watched.office.forget("101", watched.moment())
    await watched.wait(10)
    assert watched.reports == 0
