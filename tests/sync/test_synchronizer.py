"""Reading what has changed: one read at a time, later and later after failures, never after a refusal."""

import asyncio

import pytest

from custom_components.ringcentral.api.errors import (
    PermissionMissingError,
    RateLimitedError,
    UnreachableError,
    UserCredentialsError,
)
from custom_components.ringcentral.sync.synchronizer import Synchronizer
from custom_components.ringcentral.sync.timers import Timers
from simulator.clock import Clock


class Scene:
    """A synchronizer whose reads do what a test says."""

    def __init__(self):
        self.clock = Clock(speed=1e-6)
        self.reads = []
        self.errors = []
        self.refused = []
        self.changes = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.tasks = set()
        self.sync = Synchronizer(
            "log",
            self.read,
            timers=Timers(self.clock),
            refused=self.refused.append,
            changed=self.change,
            start_task=self.start,
        )

    async def read(self):
        self.reads.append(self.clock.monotonic())
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)

    def change(self):
        self.changes += 1

    def start(self, work, name):
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def pass_time(self, seconds):
        self.clock.advance(seconds)
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def scene():
    return Scene()


async def test_the_earliest_request_counts(scene):
    scene.sync.request(30)
    scene.sync.request(10)
    scene.sync.request(50)
    await scene.pass_time(11)
    assert len(scene.reads) == 1
    await scene.pass_time(100)
    assert len(scene.reads) == 1


async def test_what_is_asked_for_during_a_read_is_read_afterwards(scene):
    scene.gate.clear()
    scene.sync.request(0)
    await scene.pass_time(1)
    scene.sync.request(20)
    scene.sync.request(5)
    await scene.pass_time(30)
    assert len(scene.reads) == 1
    scene.gate.set()
    await scene.pass_time(1)
    await scene.pass_time(6)
    assert len(scene.reads) == 2


async def test_failures_are_tried_again_later_and_later_and_reported_once(scene):
    scene.errors = [UnreachableError("down")] * 3
    scene.sync.request(0)
    for wait, reads in ((1, 1), (59, 1), (2, 2), (119, 2), (2, 3), (239, 3), (2, 4)):
        await scene.pass_time(wait)
        assert len(scene.reads) == reads, wait
    assert scene.sync.is_ok
    assert scene.changes == 2


@pytest.mark.parametrize(
    "error", [RateLimitedError("slow down", retry_after=300), UnreachableError("busy", retry_after=300)]
)
async def test_what_the_service_asks_to_wait_is_waited(scene, error):
    scene.errors = [error]
    scene.sync.request(0)
    await scene.pass_time(1)
    scene.sync.request(0)
    await scene.pass_time(298)
    assert len(scene.reads) == 1
    await scene.pass_time(10)
    assert scene.sync.is_ok


async def test_a_refused_login_is_not_tried_again_before_it_works(scene):
    scene.errors = [UserCredentialsError("no")]
    scene.sync.request(0)
    await scene.pass_time(1)
    scene.sync.request(0)
    await scene.pass_time(3600)
    assert (len(scene.reads), scene.sync.is_ok) == (1, False)

    scene.sync.retry()
    await scene.pass_time(1)
    assert (len(scene.reads), scene.sync.is_ok) == (2, True)
    scene.sync.retry()
    await scene.pass_time(1)
    assert len(scene.reads) == 2, "there is nothing to try again"


async def test_a_fault_of_our_own_is_logged_and_does_not_end_it(scene, caplog):
    scene.errors = [KeyError("oops")]
    scene.sync.request(0)
    await scene.pass_time(1)
    assert "Reading the log has failed" in caplog.text
    await scene.pass_time(901)

    assert len(scene.reads) == 2


async def test_a_refusal_ends_it(scene):
    scene.errors = [PermissionMissingError("no", permission="ReadCallLog", of_app=True)]
    scene.sync.request(0)
    await scene.pass_time(1)
    scene.sync.request(0)
    await scene.pass_time(1000)

    assert len(scene.reads) == 1
    assert len(scene.refused) == 1
