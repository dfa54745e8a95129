"""A running simulator, and a plain client to talk to it."""

import pytest

from simulator.cloud import Simulator
from simulator.notice import Notice
from tests.simulator.visitor import Visitor


@pytest.fixture(autouse=True)
def real_sockets(socket_enabled):
    """Let tests open real sockets (on this machine; the harness refuses all others)."""


@pytest.fixture
def notices(account):
    """What the account reports from now on."""
    reported: list[Notice] = []
    account.listen(reported.append)
    return reported


@pytest.fixture
async def simulator(account, clock):
    async with Simulator(account, clock=clock) as running:
        yield running


@pytest.fixture
async def visitor(simulator):
    """A client that has not logged in yet."""
    async with Visitor(simulator) as connected:
        yield connected


@pytest.fixture
async def user(visitor):
    """A client that has logged in as the demo user."""
    await visitor.log_in()
    return visitor


@pytest.fixture
def speak(account):
    """Switch to dialects."""
    return lambda *names: account.settings.speak(names)


@pytest.fixture
def front_desk(account):
    return account.find("101").id


@pytest.fixture
def body(notices, front_desk):
    """Return the newest body of an event about 101, or that many before."""
    return lambda before=0: [one.body for one in notices if one.extension_id == front_desk][-1 - before]
