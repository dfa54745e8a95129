"""The WebSocket gateway."""

import json

import aiohttp
import pytest

from simulator.cloud import CloudSettings, Simulator
from simulator.forms import EVENT_FORMS
from tests.samples import payload
from tests.simulator.visitor import API, Visitor, shape
from tests.waiting import until

OWN = "/account/~/extension/~/presence"


def change(account, extension_id, **fields):
    account.update_presence(extension_id, fields)


@pytest.fixture
def own_id(simulator):
    return simulator.credentials.extension_id


@pytest.fixture
def other_id(account):
    return account.find("102").id


# Opening


async def test_connection_begins_with_its_details(user):
    details = (await user.connect()).details

    assert shape(details) == shape(payload("ws-connection-details.doc"))
    figures = {name: value for name, value in details[1].items() if name != "creationTime"}
    documented = payload("ws-connection-details.doc")[1]
    assert figures == {name: value for name, value in documented.items() if name != "creationTime"}


@pytest.mark.parametrize("token", ["", "nonsense"])
async def test_connection_without_a_good_token_is_refused(user, simulator, token):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await user.http.ws_connect(f"{simulator.url}/ws", params={"access_token": token})

    assert refusal.value.status == 401


async def test_socket_token_is_good_for_one_connection_within_its_time(user, clock):
    async def token():
        return (await user.request("POST", "/restapi/oauth/wstoken")).json

    used, late = await token(), await token()
    await user.http.ws_connect(used["uri"], params={"access_token": used["ws_access_token"]})
    clock.advance(30)

    for refused in (used, late):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await user.http.ws_connect(refused["uri"], params={"access_token": refused["ws_access_token"]})


# Requests


async def test_subscribing_answers_as_captured_with_ids_resolved(user, account, own_id):
    socket = await user.connect()

    meta, subscription = await socket.request(
        "POST", f"{API}/subscription", {"eventFilters": [API + OWN], "deliveryMode": {"transportType": "WebSocket"}}
    )

    captured_meta, captured = payload("ws-subscription-response.captured-2025")
    assert shape(meta) == shape(captured_meta)
    assert shape(subscription) == shape(captured)
    assert subscription["eventFilters"] == [f"{API}/account/{account.id}/extension/{own_id}/presence"]
    assert subscription["expiresIn"] == 86399


async def test_deleting_answers_with_an_array_of_one(user):
    socket = await user.connect()
    subscription = await socket.subscribe(OWN)

    answer = await socket.request("DELETE", subscription["uri"])

    assert len(answer) == len(payload("ws-client-request-delete-response.captured-2022"))
    assert answer[0]["status"] == 204
    assert (await socket.request("DELETE", subscription["uri"]))[0]["status"] == 404


async def test_second_subscription_replaces_the_first(user, account, own_id):
    socket = await user.connect()
    first = await socket.subscribe(OWN)
    second = await socket.subscribe(f"{OWN}?detailedTelephonyState=true")

    change(account, own_id, userStatus="Busy")

    assert (await socket.event())["subscriptionId"] == second["id"]
    assert await socket.is_silent()
    listed = (await user.get("/subscription")).json["records"]
    assert [record["id"] for record in listed] == [second["id"]]
    assert first["id"] != second["id"]


async def test_filters_change_by_put_over_the_socket_only(user, account, own_id, other_id):
    socket = await user.connect()
    subscription = await socket.subscribe(OWN)
    asked_for = {"eventFilters": [f"{API}/account/~/extension/{other_id}/presence"]}

    by_http = await user.request("PUT", subscription["uri"], asked_for)
    meta, updated = await socket.request("PUT", subscription["uri"], asked_for)

    assert by_http.status == 400
    assert meta["status"] == 200
    assert updated["id"] == subscription["id"]
    change(account, own_id, userStatus="Busy")
    change(account, other_id, userStatus="Busy")
    assert (await socket.event())["body"]["extensionId"] == other_id
    _, read = await socket.request("GET", subscription["uri"])
    assert read["eventFilters"] == updated["eventFilters"]


async def test_any_operation_can_be_requested_over_the_socket(user, own_id, simulator):
    socket = await user.connect()

    meta, extension = await socket.request("GET", f"{API}/account/~/extension/~")
    refused, error = await socket.request("GET", f"{API}/nonsense")

    assert (meta["status"], extension["id"]) == (200, own_id)
    assert (refused["status"], error["errorCode"]) == (404, "CMN-120")
    assert simulator.gateway.requests["GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}"] == 1


async def test_missing_socket_permission_is_refused_as_documented(user, simulator):
    socket = await user.connect()
    simulator.login(user.credentials).application.permissions.discard("WebSocket")

    meta, error = await socket.request(
        "POST", f"{API}/subscription", {"eventFilters": [API + OWN], "deliveryMode": {"transportType": "WebSocket"}}
    )

    assert meta["status"] == 403
    assert error == payload("ws-subscription-error-403.composed")[1]


async def test_subscription_over_the_limit_of_a_user_is_refused(user, simulator):
    simulator.subscriptions.limit = 2
    for _ in range(2):
        await (await user.connect()).subscribe(OWN)

    meta, error = await (await user.connect()).request(
        "POST", f"{API}/subscription", {"eventFilters": [API + OWN], "deliveryMode": {"transportType": "WebSocket"}}
    )

    expected = payload("error-403-sub-505-limit.doc")
    assert (meta["status"], error) == (expected["status"], expected["body"])


async def test_abandoned_subscription_counts_for_a_day(user, clock, simulator):
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)

    clock.advance(86000)
    await user.refresh()
    assert len((await user.get("/subscription")).json["records"]) == 1
    clock.advance(1000)
    assert (await user.get("/subscription")).json["records"] == []


@pytest.mark.parametrize(
    "text", ["nonsense", "{}", "[]", "[1]", '[{"type":"ClientRequest"}]', '[{"type":1,"messageId":2}]']
)
async def test_bad_frame_is_answered_with_an_error_and_the_connection_goes_on(user, text):
    socket = await user.connect()

    await socket.websocket.send_str(text)

    meta, error = await socket.receive()
    assert (meta["type"], error["errorCode"]) == ("Error", "WSG-400")
    await socket.subscribe(OWN)


# Filters


async def test_refused_filter_is_listed_and_the_others_work(user, simulator, account, own_id):
    simulator.login(user.credentials).application.permissions.discard("ReadAccounts")
    socket = await user.connect()

    subscription = await socket.subscribe("/account/~/presence?detailedTelephonyState=true", OWN)

    assert len(subscription["eventFilters"]) == 1
    (refused,) = subscription["disabledFilters"]
    assert refused["filter"] == f"{API}/account/{account.id}/presence?detailedTelephonyState=true"
    assert refused["reason"] == "InsufficientPermissions"
    assert "ReadAccounts" in refused["message"]
    change(account, own_id, userStatus="Busy")
    assert (await socket.event())["body"]["extensionId"] == own_id


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/account/~/extension/~/message-store?detailedTelephonyState=true", 400, "SUB-508"),
        ("/account/1/extension/2/presence", 403, "SUB-406"),
        ("/account/~/extension/2/presence", 403, "SUB-408"),
        ("", 400, "SUB-508"),
        ("/subscription/~?threshold=soon", 400, "SUB-508"),
    ],
)
async def test_impossible_filter_is_refused(user, path, status, code):
    socket = await user.connect()

    meta, error = await socket.request(
        "POST", f"{API}/subscription", {"eventFilters": [API + path], "deliveryMode": {"transportType": "WebSocket"}}
    )

    assert (meta["status"], error["errors"][0]["errorCode"]) == (status, code)


async def test_one_refused_filter_can_fail_the_request(simulator, user):
    simulator.subscriptions.fail_on_refusal = True
    simulator.subscriptions.refused_filters.append("favorite")
    socket = await user.connect()

    meta, _ = await socket.request(
        "POST",
        f"{API}/subscription",
        {
            "eventFilters": [API + OWN, f"{API}/account/~/extension/~/favorite"],
            "deliveryMode": {"transportType": "WebSocket"},
        },
    )

    assert meta["status"] == 403


# Keeping alive


async def test_heartbeat_is_echoed(user):
    socket = await user.connect()

    await socket.websocket.send_str(json.dumps([{"type": "Heartbeat", "messageId": "a/1"}]))

    assert await socket.receive() == [{"type": "Heartbeat", "messageId": "a/1"}]


async def test_silence_ends_the_connection_whatever_pings_pass(user, clock):
    socket = await user.connect()
    clock.advance(1700)
    await socket.websocket.send_str(json.dumps([{"type": "Heartbeat", "messageId": "1"}]))
    await socket.receive()
    clock.advance(1700)
    await socket.websocket.ping()
    assert await socket.is_silent()
    clock.advance(101)

    _, error = await socket.receive()

    assert error == payload("ws-error-idle-timeout.composed")[1]
    await socket.closed_with()


async def test_connection_ends_after_a_day(user, clock, simulator):
    simulator.settings.idle_timeout = 10**6
    simulator.oauth.access_token_ttl = 10**6
    await user.log_in()
    socket = await user.connect()
    clock.advance(86400)

    _, error = await socket.receive()

    assert error == payload("ws-error-absolute-timeout.composed")[1]
    await socket.closed_with()


async def test_server_pings_and_gives_up_who_does_not_answer(user, simulator, clock):
    simulator.settings.pong_timeout = 0.1
    reply = (await user.request("POST", "/restapi/oauth/wstoken")).json
    deaf = await user.http.ws_connect(reply["uri"], params={"access_token": reply["ws_access_token"]}, autoping=False)
    listening = await user.connect()
    await deaf.receive()
    clock.advance(60)

    assert (await deaf.receive(timeout=5)).type is aiohttp.WSMsgType.PING
    assert await listening.is_silent()
    await until(lambda: len(simulator.gateway.connections) == 1)


async def test_expired_token_ends_notifications_with_an_error_until_it_is_refreshed(
    user, simulator, account, own_id, clock
):
    simulator.settings.idle_timeout = 10**6
    socket = await user.connect()
    await socket.subscribe(OWN)
    clock.advance(3000)
    await user.refresh()
    clock.advance(3000)
    change(account, own_id, userStatus="Offline")
    assert (await socket.event())["body"]["userStatus"] == "Offline"
    clock.advance(600)

    meta, error = await socket.receive()
    assert (meta["type"], error["errorCode"]) == ("Error", "OAU-128")
    change(account, own_id, userStatus="Available")
    assert await socket.is_silent()
    await user.refresh()
    change(account, own_id, userStatus="Busy")
    assert (await socket.event())["body"]["userStatus"] == "Busy"


async def test_revoked_session_is_reported_at_once(user, simulator):
    socket = await user.connect()
    await socket.subscribe(OWN)

    simulator.revoke_sessions()

    meta, error = await socket.receive()
    assert (meta["type"], error["errorCode"]) == ("Error", "OAU-129")
    refused, _ = await socket.request("GET", f"{API}/account/~/extension/~")
    assert refused["status"] == 401


# Recovery


async def lose(socket, simulator):
    await socket.websocket.close()
    await until(lambda: not simulator.gateway.connections)


async def test_recovery_continues_the_subscription_with_what_was_missed(user, simulator, account, own_id, clock):
    socket = await user.connect()
    subscription = await socket.subscribe(OWN)
    await lose(socket, simulator)
    for status in ("Busy", "Offline", "Available"):
        change(account, own_id, userStatus=status)
    await user.refresh()
    clock.advance(179)

    recovered = await user.open_socket(socket.wsc)

    details = await recovered.receive()
    assert shape(details) == shape(payload("ws-connection-details-recovered.composed"))
    assert details[1]["recoveryState"] == "Successful"
    events = [await recovered.event() for _ in range(3)]
    assert [event["body"]["userStatus"] for event in events] == ["Busy", "Offline", "Available"]
    assert {event["subscriptionId"] for event in events} == {subscription["id"]}
    change(account, own_id, userStatus="Busy")
    assert (await recovered.event())["subscriptionId"] == subscription["id"]


async def test_what_happens_during_the_replay_comes_after_it(user, simulator, account, own_id):
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)
    change(account, own_id, userStatus="Busy")
    recovered = await user.open_socket(socket.wsc)
    await recovered.receive()

    change(account, own_id, userStatus="Offline")

    assert [(await recovered.event())["body"]["userStatus"] for _ in range(2)] == ["Busy", "Offline"]


async def test_replay_that_is_interrupted_is_recovered_from(user, simulator, account, own_id):
    simulator.settings.replay_delay = 60
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)
    change(account, own_id, userStatus="Busy")
    interrupted = await user.open_socket(socket.wsc)
    wsc = (await interrupted.receive())[0]["wsc"]["token"]
    await lose(interrupted, simulator)
    simulator.settings.replay_delay = 0

    recovered = await user.open_socket(wsc)

    assert (await recovered.receive())[1]["recoveryState"] == "Successful"
    assert (await recovered.event())["body"]["userStatus"] == "Busy"


async def test_recovery_keeps_the_newest_hundred(user, simulator, account, own_id):
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)
    sequences = []
    account.listen(lambda notice: sequences.append(notice.body.get("sequence")))
    for number in range(120):
        change(account, own_id, userStatus=("Busy", "Available")[number % 2])

    recovered = await user.open_socket(socket.wsc)

    await recovered.receive()
    events = [await recovered.event() for _ in range(100)]
    assert await recovered.is_silent()
    assert [event["body"]["sequence"] for event in events] == sequences[-100:]


async def test_recovery_without_a_subscription_fails(user, simulator):
    socket = await user.connect()
    await lose(socket, simulator)

    details = await (await user.open_socket(socket.wsc)).receive()

    assert shape(details) == shape(payload("ws-connection-details-recovery-failed.captured-2021"))
    assert details[1]["recoveryErrorCode"] == "WSG-1005"


async def test_recovery_in_another_oauth_session_fails(user, simulator):
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)
    await user.log_in()

    details = await (await user.open_socket(socket.wsc)).receive()

    assert (details[1]["recoveryState"], details[1]["recoveryErrorCode"]) == ("Failed", "WSG-1003")


async def test_recovery_that_comes_too_late_fails_and_the_socket_can_subscribe(user, simulator, account, own_id, clock):
    socket = await user.connect()
    await socket.subscribe(OWN)
    await lose(socket, simulator)
    clock.advance(181)

    late = await user.open_socket(socket.wsc)

    assert (await late.receive())[1]["recoveryState"] == "Failed"
    subscription = await late.subscribe(OWN)
    change(account, own_id, userStatus="Busy")
    assert (await late.event())["subscriptionId"] == subscription["id"]
    assert await late.is_silent()


async def test_malformed_recovery_token_is_refused_and_the_socket_closed(user):
    socket = await user.open_socket("not a token!")

    assert (await socket.receive())[1] == payload("ws-error-malformed-wsc.composed")[1]
    await socket.closed_with()


async def test_connection_that_the_server_still_believes_in_can_be_recovered(user, simulator, account, own_id):
    socket = await user.connect()
    await socket.subscribe(OWN)
    simulator.faults.apply({"kind": "half_open", "new": False})
    change(account, own_id, userStatus="Busy")
    simulator.faults.clear()

    recovered = await user.open_socket(socket.wsc)

    assert (await recovered.receive())[1]["recoveryState"] == "Successful"
    assert (await recovered.event())["body"]["userStatus"] == "Busy"


async def test_stopped_and_started_cloud_can_be_recovered_from(user, simulator, account, own_id):
    socket = await user.connect()
    await socket.subscribe(OWN)
    url = simulator.url
    await simulator.stop(abrupt=True)
    change(account, own_id, userStatus="Busy")
    await simulator.start()

    recovered = await user.open_socket(socket.wsc)

    assert simulator.url == url
    assert (await recovered.receive())[1]["recoveryState"] == "Successful"
    assert (await recovered.event())["body"]["userStatus"] == "Busy"


# Notifications


async def test_notification_has_the_frame_of_the_capture(user, account, own_id):
    socket = await user.connect()
    subscription = await socket.subscribe(f"{OWN}?detailedTelephonyState=true&sipData=true")

    change(account, own_id, userStatus="Busy")

    meta, event = await socket.receive()
    captured_meta, captured = payload("ws-server-notification-presence.captured-2022")
    assert shape(meta) == shape(captured_meta)
    assert event.keys() == captured.keys()
    assert meta["messageId"] == event["uuid"]
    assert event["uuid"].isdigit()
    assert event["event"] == (
        f"{API}/account/{account.id}/extension/{own_id}/presence?detailedTelephonyState=true&sipData=true"
    )
    assert event["ownerId"] == str(own_id)
    assert event["subscriptionId"] == subscription["id"]
    assert event["body"]["extensionId"] == own_id
    assert event["timestamp"].endswith("Z")


async def test_detailed_wins_over_simple_presence_of_the_same_extension(user, account, own_id):
    socket = await user.connect()
    await socket.subscribe(OWN, f"{OWN}?detailedTelephonyState=true")

    change(account, own_id, userStatus="Busy")

    assert (await socket.event())["event"].endswith("?detailedTelephonyState=true")
    assert await socket.is_silent()


async def test_account_filter_covers_any_extension_under_its_own_path(user, account, other_id):
    socket = await user.connect()
    await socket.subscribe("/account/~/presence")

    change(account, other_id, userStatus="Busy")

    event = await socket.event()
    assert event["event"] == f"{API}/account/{account.id}/extension/{other_id}/presence"
    assert event["body"]["userStatus"] == "Busy"
    assert "sequence" not in event["body"]
    assert "activeCalls" not in event["body"]


async def test_detailed_account_filter_has_sequence(user, account, other_id):
    socket = await user.connect()
    await socket.subscribe("/account/~/presence?detailedTelephonyState=true")

    change(account, other_id, userStatus="Busy")

    event = await socket.event()
    assert event["event"].endswith(f"/extension/{other_id}/presence?detailedTelephonyState=true")
    assert event["body"]["sequence"] > 0


async def test_monitored_lines_cover_queues_and_park_locations_and_the_account_filter_does_not(
    user, account, phones, own_id
):
    lines, everyone = await user.connect(), await user.connect()
    await lines.subscribe("/account/~/extension/~/presence/line/presence?detailedTelephonyState=true")
    await everyone.subscribe("/account/~/presence?detailedTelephonyState=true")
    call = phones.call_in("102")
    call.answer()
    call.park(account.find("801"))

    reported = [await lines.event() for _ in range(4)]

    assert {event["event"] for event in reported} == {
        f"{API}/account/{account.id}/extension/{own_id}/presence/line/presence?detailedTelephonyState=true"
    }
    assert (reported[3]["body"]["extensionId"], reported[3]["body"]["telephonyStatus"]) == (
        account.find("801").id,
        "ParkedCall",
    )
    assert [(await everyone.event())["body"]["extensionId"] for _ in range(3)] == [account.find("102").id] * 3
    assert await everyone.is_silent()


async def test_favorites_cover_those_who_are_on_the_list_now(user, account, other_id):
    socket = await user.connect()
    await socket.subscribe("/account/~/extension/~/favorite/presence")
    change(account, other_id, userStatus="Busy")
    assert (await socket.event())["body"]["extensionId"] == other_id

    account.set_favorites(user.credentials.extension_id, [account.find("104").id])
    change(account, other_id, userStatus="Available")
    change(account, account.find("104").id, userStatus="Busy")

    assert (await socket.event())["body"]["extensionId"] == account.find("104").id


@pytest.mark.parametrize("form", EVENT_FORMS)
async def test_user_who_hides_is_offline_in_the_events_of_others(user, account, phones, form):
    account.settings.event_form = form
    socket = await user.connect()
    await socket.subscribe("/account/~/presence?detailedTelephonyState=true")
    hidden = account.find("108")

    phones.call_in(hidden).answer()

    for event in (await socket.event(), await socket.event()):
        body = event["body"]
        assert int(body["extensionId"]) == hidden.id
        assert body.get("telephonyStatus", "NoCall") == "NoCall"
        assert body.get("presenceStatus", "Offline") == "Offline"
        assert "activeCalls" not in body


async def test_lists_dnd_and_queues_have_filters_of_their_own(user, account, own_id):
    member, queue = account.find("103").id, account.find("200").id
    socket = await user.connect()
    await socket.subscribe(
        "/account/~/extension/~/presence/line",
        "/account/~/extension/~/favorite",
        f"/account/~/extension/{member}/presence/dnd",
        f"/account/~/call-queues/{queue}/presence",
        "/account/~/extension",
    )

    account.set_monitored_lines(own_id, [member])
    account.set_favorites(own_id, [])
    change(account, member, dndStatus="DoNotAcceptDepartmentCalls")
    account.rename_extension(member, "Ben Okafor-Lind")

    events = [await socket.event() for _ in range(5)]
    assert [sorted(event["body"]) for event in events] == [
        ["extension", "sequence"],
        ["extensionId"],
        ["dndStatus", "extensionId"],
        ["records"],
        ["extensions"],
    ]
    documented = (
        "event-presence-line-list.doc",
        "event-favorites-list.doc",
        "event-dnd-status.doc",
        "event-call-queue-member-presence.doc",
        "event-extension-list.doc",
    )
    for event, name in zip(events, documented, strict=True):
        assert event["body"].keys() == payload(name)["body"].keys(), name


async def test_thousands_of_events_come_in_their_order(user, account, own_id):
    socket = await user.connect()
    await socket.subscribe(f"{OWN}?detailedTelephonyState=true", "/account/~/presence?detailedTelephonyState=true")
    for number in range(2000):
        change(account, own_id, userStatus=("Busy", "Available")[number % 2])

    sequences = [(await socket.event())["body"]["sequence"] for _ in range(4000)]

    assert sequences == sorted(sequences)


# Starting and stopping


async def test_stop_closes_every_socket_in_good_order(user, simulator):
    socket = await user.connect()

    await simulator.stop()

    assert await socket.closed_with() == aiohttp.WSCloseCode.GOING_AWAY


async def test_abrupt_stop_says_no_goodbye(user, simulator):
    socket = await user.connect()

    await simulator.stop(abrupt=True)

    assert await socket.closed_with() is None


async def test_settings_change_the_figures(account, clock):
    settings = CloudSettings(idle_timeout=7, recovery_timeout=9)
    async with Simulator(account, clock=clock, settings=settings) as simulator, Visitor(simulator) as visitor:
        await visitor.log_in()
        details = (await visitor.connect()).details[1]

    assert (details["idleTimeout"], details["recoveryTimeout"]) == (7, 9)
