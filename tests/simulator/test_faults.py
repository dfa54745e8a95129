"""Faults on demand."""

import asyncio
import json

import aiohttp
import pytest

from simulator.malformed import MALFORMED
from tests.waiting import until

OWN = "/account/~/extension/~/presence?detailedTelephonyState=true"
STATUSES = ("Busy", "Available", "Offline")


@pytest.fixture
def faults(simulator):
    return simulator.faults


@pytest.fixture
async def socket(user):
    socket = await user.connect()
    await socket.subscribe(OWN)
    return socket


def change(simulator, count=1):
    for number in range(count):
        simulator.account.update_presence(
            simulator.credentials.extension_id, {"userStatus": STATUSES[number % len(STATUSES)]}
        )


async def sequences(socket, count):
    return [(await socket.event())["body"]["sequence"] for _ in range(count)]


# Notifications


async def test_dropped_events_do_not_come(socket, simulator, faults):
    faults.apply({"kind": "drop", "count": 2})

    change(simulator, 3)

    assert (await socket.event())["body"]["userStatus"] == STATUSES[2]
    assert await socket.is_silent()


async def test_duplicated_events_come_twice_with_one_uuid(socket, simulator, faults):
    faults.apply({"kind": "duplicate"})

    change(simulator)

    first, second = await socket.event(), await socket.event()
    assert first == second
    assert await socket.is_silent()


async def test_delayed_events_come_late(socket, simulator, faults, clock):
    faults.apply({"kind": "delay", "min": 50, "max": 50})
    change(simulator)
    assert await socket.is_silent()

    clock.advance(50)

    assert (await socket.event())["body"]["userStatus"] == STATUSES[0]


async def test_reordered_events_all_come_in_another_order_which_the_seed_repeats(socket, simulator, faults, clock):
    orders = []
    for _ in range(2):
        faults.seed(7)
        faults.apply({"kind": "reorder", "window": 300})
        change(simulator, 20)
        clock.advance(300)
        received = await sequences(socket, 20)
        assert sorted(received) != received
        orders.append([sorted(received).index(sequence) for sequence in received])
        faults.clear()

    assert sorted(orders[0]) == list(range(20))
    assert orders[0] == orders[1]


@pytest.mark.parametrize("form", MALFORMED)
async def test_malformed_frames_come_and_the_next_is_good(socket, simulator, faults, form):
    faults.apply({"kind": "malformed", "form": form, "count": 1})

    change(simulator, 2)

    spoiled = await socket.websocket.receive(timeout=5)
    assert spoiled.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}
    assert (await socket.event())["body"]["userStatus"] == STATUSES[1]


def test_every_malformed_form_differs_from_the_good_frame():
    event = {"uuid": "1", "event": "/x", "body": {"extensionId": 5, "telephonyStatus": "NoCall", "activeCalls": []}}
    good = json.dumps([{"type": "ServerNotification", "messageId": "1"}, event], separators=(",", ":"))

    for form, spoil in MALFORMED.items():
        assert spoil(good) != good, form
        assert spoil(json.dumps(event)) is not None, form


async def test_events_that_were_under_way_are_recovered(socket, user, simulator, faults):
    faults.apply({"kind": "delay", "min": 50, "max": 60})
    change(simulator, 3)
    await socket.websocket.close()
    await until(lambda: not simulator.gateway.connections)
    faults.clear()

    recovered = await user.open_socket(socket.wsc)

    await recovered.receive()
    received = [(await recovered.event())["body"]["userStatus"] for _ in range(3)]
    assert received == list(STATUSES)


# Connections


async def test_disconnect_closes_with_the_code(socket, faults):
    faults.apply({"kind": "disconnect", "code": 4001, "reason": "bye"})

    assert await socket.closed_with() == 4001


async def test_abrupt_close_breaks_the_connection(socket, faults):
    faults.apply({"kind": "abrupt"})

    assert await socket.closed_with() is None


async def test_half_open_connection_neither_answers_nor_sends_nor_closes(socket, user, simulator, faults):
    faults.apply({"kind": "half_open"})

    change(simulator)
    await socket.websocket.send_str(json.dumps([{"type": "Heartbeat", "messageId": "1"}]))
    await socket.websocket.ping()

    assert await socket.is_silent()
    assert not socket.websocket.closed
    another = await user.open_socket()
    assert await another.is_silent()
    faults.clear()
    assert await socket.is_silent()
    assert (await (await user.open_socket()).receive())[0]["type"] == "ConnectionDetails"


async def test_heartbeats_can_go_unanswered(socket, simulator, faults):
    faults.apply({"kind": "mute_heartbeat"})

    await socket.websocket.send_str(json.dumps([{"type": "Heartbeat", "messageId": "1"}]))

    assert await socket.is_silent()
    change(simulator)
    await socket.event()


async def test_sockets_can_be_refused_while_http_works(user, faults):
    faults.apply({"kind": "refuse_socket", "status": 503})

    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await user.open_socket()

    assert refusal.value.status == 503
    assert (await user.get("/account/~/extension/~")).status == 200


async def test_error_frame_can_be_sent(socket, faults):
    faults.apply({"kind": "error_frame", "code": "WSG-501", "message": "Oops"})

    assert (await socket.receive())[1] == {"errorCode": "WSG-501", "message": "Oops"}


async def test_tokens_can_expire_and_sessions_be_revoked(user, faults):
    faults.apply({"kind": "expire"})
    assert (await user.get("/account/~/extension/~")).codes == ["OAU-128"]
    assert (await user.refresh()).status == 200
    faults.apply({"kind": "revoke"})
    assert (await user.get("/account/~/extension/~")).codes == ["OAU-129"]
    assert (await user.refresh()).codes == ["OAU-211"]


# HTTP


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
async def test_path_answers_with_the_status_it_was_given(user, faults, status):
    faults.apply({"kind": "status", "status": status, "path": "*/presence", "retry_after": 7})

    failing = await user.get("/account/~/presence")
    working = await user.get("/account/~/extension")

    assert failing.status == status
    assert failing.json["errors"]
    assert failing.headers["Retry-After"] == "7"
    assert working.status == 200


async def test_body_of_a_failure_can_be_html_truncated_or_missing(user, faults):
    texts = {}
    for body in ("html", "truncated", "empty"):
        faults.apply({"kind": "status", "status": 200, "body": body, "count": 1})
        texts[body] = await user.get("/account/~/presence")

    assert texts["html"].headers["Content-Type"].startswith("text/html")
    with pytest.raises(ValueError):  # noqa: PT011
        assert texts["truncated"].json
    assert texts["empty"].text == ""


async def test_token_endpoint_can_fail_by_method_and_path(visitor, faults):
    faults.apply({"kind": "status", "status": 503, "path": "/restapi/oauth/token", "method": "POST", "count": 1})

    assert (await visitor.ask_token_by_jwt()).status == 503
    assert (await visitor.ask_token_by_jwt()).status == 200


async def test_requests_through_a_socket_fail_too(socket, faults):
    faults.apply({"kind": "status", "status": 500, "path": "*/subscription*"})

    meta, _ = await socket.request("GET", "/restapi/v1.0/subscription")

    assert meta["status"] == 500


async def test_slow_answers_take_their_time(user, faults, clock):
    faults.apply({"kind": "slow", "seconds": 30, "path": "*/extension"})
    slow = asyncio.create_task(user.get("/account/~/extension"))
    await until(lambda: faults.struck)
    clock.advance(29)
    assert not (await asyncio.wait({slow}, timeout=0.05))[0]

    clock.advance(1)

    assert (await slow).status == 200


async def test_silent_server_answers_nothing_until_it_is_cleared(user, faults):
    faults.apply({"kind": "silent"})
    with pytest.raises(TimeoutError):
        await user.call("GET", "/restapi", timeout=aiohttp.ClientTimeout(total=0.2))
    struck = faults.struck
    waiting = asyncio.create_task(user.ask_token_by_jwt())
    await until(lambda: faults.struck > struck)
    assert not (await asyncio.wait({waiting}, timeout=0.05))[0]

    faults.clear()

    with pytest.raises(aiohttp.ClientError):
        await waiting
    assert (await user.call("GET", "/restapi")).status == 200


async def test_connection_can_be_reset_instead_of_an_answer(user, faults):
    faults.apply({"kind": "reset", "method": "PUT"})

    with pytest.raises(aiohttp.ClientError):
        await user.request("PUT", "/restapi/v1.0/account/~/extension/~/presence", {"userStatus": "Busy"})
    assert (await user.get("/account/~/extension/~")).status == 200


# Switching


async def test_faults_end_by_count_by_time_and_by_hand(user, faults, clock):
    async def status():
        return (await user.call("GET", "/restapi")).status

    faults.apply({"kind": "status", "count": 1})
    assert [await status(), await status()] == [503, 200]
    faults.apply({"kind": "status", "for": 10})
    assert await status() == 503
    clock.advance(10)
    assert await status() == 200
    faults.apply({"kind": "status"})
    faults.apply({"kind": "drop"})
    faults.clear("status")
    assert await status() == 200
    assert [fault["kind"] for fault in faults.describe()] == ["drop"]
    faults.clear()
    assert faults.describe() == []


async def test_probability_is_how_often_a_fault_strikes(socket, simulator, faults):
    faults.apply({"kind": "drop", "probability": 0.5})
    change(simulator, 100)
    faults.clear()

    assert 25 < faults.struck < 75


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "gremlins"},
        {"kind": "drop", "often": 1},
        {"kind": "malformed", "form": "odd"},
        {"kind": "status", "body": "x"},
    ],
    ids=str,
)
async def test_unknown_fault_is_refused_with_the_choice(faults, fault):
    with pytest.raises(ValueError, match=r"There is no|has no|is one of"):
        faults.apply(fault)


async def test_described_fault_can_be_applied_again(faults):
    faults.apply({"kind": "status", "status": 429, "count": 3})
    (described,) = faults.describe()
    faults.clear()

    faults.apply(described)

    assert faults.describe() == [described]


# Recovery


@pytest.mark.parametrize("code", ["WSG-1003", "WSG-1005"])
async def test_recovery_can_be_refused_while_the_socket_stays(socket, user, simulator, faults, code):
    await socket.websocket.close()
    await until(lambda: not simulator.gateway.connections)
    faults.apply({"kind": "refuse_recovery", "code": code, "count": 1})

    fresh = await user.open_socket(socket.wsc)

    details = (await fresh.receive())[1]
    assert (details["recoveryState"], details["recoveryErrorCode"]) == ("Failed", code)
    assert await fresh.subscribe(OWN)


async def test_recovery_can_be_called_malformed(socket, user, simulator, faults):
    await socket.websocket.close()
    await until(lambda: not simulator.gateway.connections)
    faults.apply({"kind": "refuse_recovery", "code": "WSG-400", "count": 1})

    refused = await user.open_socket(socket.wsc)

    assert (await refused.receive())[1]["errorCode"] == "WSG-400"
    assert await refused.closed_with() == 1000


async def test_compressed_body_can_break_off(user, faults):
    faults.apply({"kind": "status", "status": 200, "body": "broken_gzip", "path": "*/presence"})

    with pytest.raises(aiohttp.ClientPayloadError):
        await user.get("/account/~/presence")
