"""The client library beside a simulated cloud, both on one clock that stands still until a test moves it."""

import asyncio
import signal

import aiohttp
import pytest

from simulator.clock import Clock
from tests.api.hook import Hook, Running
from tests.api.link import Link
from tests.api.login import Login
from tests.api.scripted import ScriptedServer
from tests.simulator.visitor import Visitor


@pytest.fixture(autouse=True)
def real_sockets(socket_enabled):
    """Let tests open real sockets (on this machine; the harness refuses all others)."""


@pytest.fixture(autouse=True)
def patience():
    """Fail a test that waits for what never comes: the clock stands still, so it would wait for ever."""

    def give_up(*_):
        raise TimeoutError("Nothing has come for 30 s")

    former = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, former)


@pytest.fixture
def clock():
    """Time that passes by ``advance`` alone, so that no test depends on how fast it runs."""
    return Clock(speed=1e-6)


@pytest.fixture
def own_id(account):
    """The extension of the demo user."""
    return account.find("101").id


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def login(simulator, http, clock):
    """The demo user's login at the simulator."""
    return Login(http, simulator.url, simulator.credentials, clock)


@pytest.fixture
def auth(login):
    return login.auth


@pytest.fixture
def client(login):
    return login.client


@pytest.fixture
async def link(client):
    """A gateway that is still to be started."""
    async with Link(client) as made:
        yield made


@pytest.fixture
def lose(simulator, link):
    """Break the link without a goodbye, and wait until that is noticed."""

    async def lost():
        before = len(link.listener.errors)
        simulator.gateway.close_abruptly()
        await link.is_down(before + 1)

    return lost


@pytest.fixture
async def scripted():
    """A server that answers as a test says."""
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
async def visitor(simulator):
    """Another client of the same user and app, logged in."""
    async with Visitor(simulator) as other:
        await other.log_in()
        yield other


@pytest.fixture
async def hook():
    async with Hook() as made:
        yield made


@pytest.fixture
async def running(client, hook):
    made = Running(client, hook)
    yield made
    if made.task is not None:
        made.task.cancel()
        await asyncio.gather(made.task, return_exceptions=True)
