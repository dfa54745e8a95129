"""One link: what it can be recovered with, and what ends it."""

import pytest

from custom_components.ringcentral.api.counters import GatewayCounters
from custom_components.ringcentral.api.errors import UnreachableError
from custom_components.ringcentral.api.frames import Wsc
from custom_components.ringcentral.api.heartbeats import Heartbeats
from custom_components.ringcentral.api.link import Recovery, open_link
from tests.waiting import until

LOST = Recovery(Wsc("token", 7), "session-1", lost_at=1000.0, timeout=180.0)


@pytest.fixture
async def opened(client):
    link = await open_link(
        client,
        None,
        counters=GatewayCounters(),
        heartbeats=Heartbeats(client.verdicts),
        deliver=lambda _: None,
        report_unreadable=lambda: None,
    )
    yield link
    await link.close()


@pytest.mark.parametrize(
    ("now", "session", "usable"),
    [(1179.0, "session-1", True), (1180.0, "session-1", False), (1001.0, "session-2", False), (1001.0, None, False)],
)
def test_a_context_is_good_for_a_time_and_for_its_oauth_session_alone(now, session, usable):
    assert LOST.is_usable(now, session) is usable


async def test_a_link_knows_the_oauth_session_that_it_belongs_to(opened, client, simulator):
    (session,) = simulator.oauth.sessions
    assert opened.session_id == client.auth.session_id == session.id


async def test_a_link_ends_with_its_socket(opened, simulator):
    await opened.connection.greeting()
    assert opened.is_alive
    simulator.gateway.close_abruptly()
    with pytest.raises(UnreachableError):
        await opened.until_lost()
    assert not opened.is_alive


async def test_what_fails_while_a_link_lives_ends_it(opened):
    async def fail():
        raise UnreachableError("because")

    opened.start(fail())
    with pytest.raises(UnreachableError, match="because"):
        await opened.until_lost()


async def test_closing_leaves_no_socket(opened, simulator):
    await opened.connection.greeting()
    await opened.close()
    await until(lambda: not simulator.gateway.connections)


async def test_only_a_link_that_was_taken_up_can_be_recovered(opened):
    await opened.connection.greeting()
    assert opened.recovery(5.0) is None
    opened.is_recoverable = True
    assert opened.recovery(5.0).wsc == opened.connection.wsc
