"""One socket of a gateway that does what a test says: greeting, answers, context tokens, and what nobody documents."""

import asyncio
import contextlib
from datetime import UTC, datetime
import json

from aiohttp import WSMsgType, web
import pytest

from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.connection import open_connection
from custom_components.ringcentral.api.counters import GatewayCounters
from custom_components.ringcentral.api.errors import RequestRejectedError, UnreachableError
from custom_components.ringcentral.api.heartbeats import Heartbeats
from custom_components.ringcentral.api.rate_limit import RateLimits
from custom_components.ringcentral.api.verdicts import Verdicts
from tests.api.link import FIRST_DELAY, Link
from tests.api.login import FixedAuth
from tests.api.scripted import PLENTY
from tests.samples import payload
from tests.waiting import until, until_quiet


class ScriptedGateway:
    """The server's end of every socket: ``sockets`` in order, ``queries`` they came with, ``frames`` that came in."""

    def __init__(self, scripted):
        self.sockets = []
        self.queries = []
        self.frames = []
        self.greeting = payload("ws-connection-details.doc")
        self.answers = True
        self._url = f"{scripted.url.replace('http', 'ws')}/ws?region=1"
        scripted.answer = self._answer

    async def _answer(self, request):
        if request.path == "/ws":
            return await self._serve(request)
        return web.json_response({"uri": self._url, "ws_access_token": "a token+with/odd signs"}, headers=PLENTY)

    async def _serve(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self.queries.append(dict(request.query))
        if self.greeting is not None:
            await socket.send_json(self.greeting)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                self.frames.append(frame)
                if self.answers:
                    await socket.send_json(self._reply(frame[0]))
        return socket

    @staticmethod
    def _reply(meta):
        if meta["type"] == "Heartbeat":
            return [meta]
        reply = {"type": "ClientRequest", "messageId": meta["messageId"], "status": 200}
        return [reply, {"id": "subscription-1", "status": "Active", "eventFilters": []}]

    @property
    def socket(self):
        """The newest socket."""
        return self.sockets[-1]

    def requests(self, method):
        """Return the requests of that method that came."""
        return [frame for frame in self.frames if frame[0].get("method") == method]


@pytest.fixture
def server(scripted):
    return ScriptedGateway(scripted)


@pytest.fixture
async def link(server, http, scripted, clock):
    """A gateway that talks to the scripted one."""
    client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=RateLimits(clock))
    async with Link(client) as made:
        yield made
    for socket in server.sockets:
        await socket.close()


def notification(number):
    path = "/restapi/v1.0/account/1/extension/2/presence"
    body = {"extensionId": 2, "userStatus": str(number)}
    return [{"type": "ServerNotification", "messageId": str(number)}, {"event": path, "body": body}]


# Opening


async def test_nothing_is_sent_before_the_greeting(link, server):
    server.greeting = None
    link.start()
    await until(lambda: server.sockets)
    await until_quiet()
    assert server.frames == []

    await server.socket.send_json(payload("ws-connection-details.doc"))
    await link.is_up(1)

    assert [frame[0]["method"] for frame in server.frames] == ["POST"]


async def test_the_handshake_follows_no_redirect(link, server, scripted):
    answer, asked = scripted.answer, []

    async def lead_elsewhere(request):
        asked.append(request.path)
        if request.path == "/ws":
            return web.Response(status=302, headers={"Location": f"{scripted.url}/elsewhere"})
        return await answer(request)

    scripted.answer = lead_elsewhere
    link.start()
    await link.is_down()

    assert isinstance(link.listener.errors[0], UnreachableError)
    assert "/elsewhere" not in asked
    assert asked.count("/ws") == 1


async def test_token_is_escaped_and_added_to_what_the_address_asks_for(link, server):
    await link.come_up()

    assert server.queries == [{"region": "1", "access_token": "a token+with/odd signs"}]


async def test_gateway_that_does_not_greet_is_given_up(link, server, clock):
    server.greeting = None
    link.start()
    await until(lambda: (clock.next_due() or 60) <= 15)

    clock.advance(14)
    await until_quiet()
    assert link.listener.errors == []
    clock.advance(1.1)
    await link.is_down()

    server.greeting = payload("ws-connection-details.doc")
    await link.come_back()


@pytest.mark.parametrize("first", [None, notification(1), [{"type": "New"}], [], "text", [{"type": "Heartbeat"}]])
async def test_greeting_may_come_after_anything(link, server, first):
    server.greeting = None
    link.start()
    await until(lambda: server.sockets)
    await server.socket.send_json(first)
    await server.socket.send_json(payload("ws-connection-details.doc"))

    await link.is_up(1)


async def test_greeting_without_a_body_is_enough(link, server):
    server.greeting = payload("ws-connection-details.doc")[:1]

    await link.come_up()


async def test_servers_time_is_learned_from_the_greeting(link):
    await link.come_up()

    assert link.client.server_time() == pytest.approx(datetime(2020, 9, 7, 21, 50, 2, 737000, UTC).timestamp(), abs=0.1)


async def test_subscription_is_asked_for_as_documented(link, server):
    await link.come_up()

    meta, body = server.frames[0]
    documented_meta, documented = payload("ws-subscription-request.composed")
    assert meta.keys() == documented_meta.keys()
    assert (meta["type"], meta["method"], meta["path"]) == ("ClientRequest", "POST", documented_meta["path"])
    assert body["deliveryMode"] == documented["deliveryMode"]
    assert all("detailedTelephonyState=true&sipData=true" in one for one in body["eventFilters"])


async def test_answer_is_known_by_its_id_alone(link, server):
    server.answers = False
    link.start()
    await until(lambda: server.frames)
    asked = server.frames[0][0]["messageId"]
    body = {"id": "subscription-1", "status": "Active", "eventFilters": []}

    # Others' answers are passed over, and the type of the answer is not looked at.
    await server.socket.send_json([{"type": "ClientRequest", "messageId": "another", "status": 403}, {}])
    await server.socket.send_json([{"type": "ClientResponse", "messageId": asked, "status": 200}, body])
    await link.is_up(1)

    assert link.gateway.subscription.id == "subscription-1"
    assert link.gateway.counters.unknown_frames == 1


async def test_second_answer_is_passed_over(link, server):
    await link.come_up()
    asked = server.frames[0][0]["messageId"]

    await server.socket.send_json([{"type": "ClientRequest", "messageId": asked, "status": 500}, {}])
    await server.socket.send_json(notification(1))
    await until(lambda: link.listener.batches)

    assert link.listener.errors == []


async def test_answer_of_another_shape_is_a_failed_attempt(link, server):
    server.answers = False
    link.start()
    await until(lambda: server.frames)
    asked = server.frames[0][0]["messageId"]

    await server.socket.send_json([{"type": "ClientRequest", "messageId": asked, "status": 200}, {"id": 5}])
    await link.is_down()

    server.answers = True
    await link.come_back()


# Context tokens


def greeting(token, sequence=1, **details):
    meta, body = payload("ws-connection-details.doc")
    return [{**meta, "wsc": {"token": token, "sequence": sequence}}, {**body, **details}]


async def lose(link, server):
    before = len(link.listener.errors)
    await server.socket.close()
    await link.is_down(before + 1)


@pytest.mark.parametrize(
    ("later", "newest"),
    [
        ([], "first"),
        ([{"token": "second", "sequence": 2}], "second"),
        ([{"token": "third", "sequence": 3}, {"token": "second", "sequence": 2}], "third"),
        ([{"token": "same", "sequence": 1}], "first"),
    ],
)
async def test_newest_context_of_any_frame_is_recovered_with(link, server, later, newest):
    server.greeting = greeting("first")
    await link.come_up()
    for number, wsc in enumerate(later):
        frame = notification(number)
        frame[0]["wsc"] = wsc
        await server.socket.send_json(frame)
    await until(lambda: len(link.listener.batches) == len(later))

    await lose(link, server)
    await link.come_back()

    assert server.queries[1]["wsc"] == newest


async def test_greeting_of_a_recovery_begins_the_contexts_again(link, server):
    server.greeting = greeting("old", 50)
    await link.come_up()
    server.greeting = greeting("new", 1, recoveryState="Successful")
    await lose(link, server)
    await link.come_back()
    await lose(link, server)
    await link.come_back(2 * FIRST_DELAY)

    assert [query.get("wsc") for query in server.queries] == [None, "old", "new"]
    assert link.listener.recovered == [False, True, True]
    assert len(server.requests("POST")) == 1


async def test_context_that_the_gateway_calls_malformed_is_given_up(link, server):
    await link.come_up()
    server.greeting = payload("ws-error-malformed-wsc.composed")
    await lose(link, server)
    link.clock.advance(FIRST_DELAY)
    await link.is_down(2)
    server.greeting = greeting("fresh")

    await link.come_back(2 * FIRST_DELAY)

    assert link.listener.errors[1].code == "WSG-400"
    assert ["wsc" in query for query in server.queries] == [False, True, False]
    assert link.listener.recovered == [False, False]


async def test_failed_recovery_is_known_by_the_captured_greeting(link, server):
    await link.come_up()
    server.greeting = payload("ws-connection-details-recovery-failed.captured-2021")
    await lose(link, server)

    await link.come_back()

    assert link.listener.recovered == [False, False]
    assert len(server.requests("POST")) == 2


async def test_context_survives_an_attempt_that_did_not_get_through(link, server):
    server.greeting = greeting("first")
    await link.come_up()
    server.greeting = None
    await lose(link, server)
    link.clock.advance(FIRST_DELAY)
    await until(lambda: len(server.sockets) == 2)
    await lose(link, server)
    server.greeting = greeting("next", recoveryState="Successful")

    await link.come_back(2 * FIRST_DELAY)

    assert [query.get("wsc") for query in server.queries] == [None, "first", "first"]
    assert link.listener.recovered == [False, True]


async def test_replay_whose_end_is_never_reported_is_handed_over_all_the_same(link, server, clock):
    await link.come_up()
    server.greeting = greeting("next", recoveryState="Successful")
    server.answers = False
    await lose(link, server)
    clock.advance(FIRST_DELAY)
    await until(lambda: len(server.sockets) == 2)
    await server.socket.send_json(notification(1))

    await until(lambda: link.gateway.counters.notifications)
    while len(link.listener.recovered) < 2:
        clock.advance(0.5)
        await asyncio.sleep(0.005)

    assert link.listener.statuses == ["1"]
    assert link.listener.batches[0].replayed


# While it is open


async def test_frames_of_every_captured_kind_are_passed_over_or_taken(link, server):
    await link.come_up()
    for name in ("ws-heartbeat-response.captured-2021", "ws-client-request-delete-response.captured-2022"):
        await server.socket.send_json(payload(name))
    await server.socket.send_json(payload("ws-server-notification-presence.captured-2022"))
    await until(lambda: link.listener.batches)

    assert json.loads(link.listener.batches[0].payloads[0])["uuid"] == "5745390252954738247"
    assert link.gateway.counters.unknown_frames == 2


async def test_error_frame_about_the_token_gets_another_one(link, server):
    await link.come_up()

    await server.socket.send_json(payload("ws-error-token-expired.composed"))
    await link.is_down()
    await link.come_back()

    assert link.listener.recovered == [False, False]
    assert "wsc" not in server.queries[1]


@pytest.mark.parametrize("body", [None, 5, {"errorCode": 5}, []])
async def test_error_frame_of_another_shape_is_passed_over(link, server, body):
    await link.come_up()

    await server.socket.send_json([{"type": "Error", "messageId": "1"}, body])
    await server.socket.send_json(notification(1))
    await until(lambda: link.listener.batches)

    assert link.gateway.counters.malformed_frames == 1
    assert link.listener.unproved == 1, "it may have been an event"
    assert link.listener.errors == []


async def test_binary_frame_is_read_like_text(link, server):
    await link.come_up()

    await server.socket.send_bytes(json.dumps(notification(1)).encode())
    await until(lambda: link.listener.batches)

    assert link.listener.statuses == ["1"]


async def test_frame_larger_than_any_message_costs_the_socket_but_not_the_link(link, server):
    server.greeting = greeting("first")
    await link.come_up()

    with contextlib.suppress(ConnectionError):
        await server.socket.send_str("x" * (17 * 1024 * 1024))
    await link.is_down()
    server.greeting = greeting("next", recoveryState="Successful")
    await link.come_back()

    assert link.listener.recovered == [False, True]


# Requests on a connection of its own


@pytest.fixture
async def connection(server, http, scripted, clock):
    """An open connection that is being read."""
    url = f"{scripted.url.replace('http', 'ws')}/ws"
    made = await open_connection(
        http,
        url,
        clock=clock,
        counters=GatewayCounters(),
        heartbeats=Heartbeats(Verdicts()),
        deliver=lambda _: None,
        report_error=lambda _: None,
        report_unreadable=lambda: None,
    )
    reader = asyncio.create_task(made.run())
    await made.greeting()
    yield made
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    for socket in server.sockets:
        await socket.close()


async def answer(server, status, body=None):
    """Answer the newest request."""
    await until(lambda: server.frames)
    meta = {"type": "ClientRequest", "messageId": server.frames[-1][0]["messageId"], "status": status}
    await server.socket.send_json([meta] if body is None else [meta, body])


@pytest.mark.parametrize("status", [200, 204])
async def test_unsubscribing_is_done_when_the_subscription_is_gone(connection, server, status):
    server.answers = False
    asking = asyncio.create_task(connection.unsubscribe("subscription-1"))
    await answer(server, status)

    await asking

    meta = server.frames[-1][0]
    assert (meta["method"], meta["path"]) == ("DELETE", "/restapi/v1.0/subscription/subscription-1")


@pytest.mark.parametrize(
    ("status", "kind"), [(400, RequestRejectedError), (404, RequestRejectedError), (503, UnreachableError)]
)
async def test_unsubscribing_that_is_refused_is_reported(connection, server, status, kind):
    server.answers = False
    asking = asyncio.create_task(connection.unsubscribe("subscription-1"))
    await answer(server, status, {"errorCode": "CMN-101"})

    with pytest.raises(kind):
        await asking


async def test_request_under_way_fails_with_the_socket(connection, server):
    server.answers = False
    asking = asyncio.create_task(connection.unsubscribe("subscription-1"))
    await until(lambda: server.frames)

    await server.socket.close()

    with pytest.raises(UnreachableError):
        await asking


async def test_request_on_a_closed_socket_fails_at_once(connection):
    await connection.close()

    with pytest.raises(UnreachableError):
        await connection.unsubscribe("subscription-1")


async def test_gateway_that_is_not_there_is_unreachable_and_its_address_not_reported(http, clock, simulator):
    await simulator.stop()

    with pytest.raises(UnreachableError) as failure:
        await open_connection(
            http,
            f"{simulator.url.replace('http', 'ws')}/ws?access_token=SECRET",
            clock=clock,
            counters=GatewayCounters(),
            heartbeats=Heartbeats(Verdicts()),
            deliver=lambda _: None,
            report_error=lambda _: None,
            report_unreadable=lambda: None,
        )

    assert "SECRET" not in str(failure.value)
    assert failure.value.__cause__ is None
