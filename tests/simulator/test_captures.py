"""Each captured payload is of a shape that the simulator produces: the same fields, of the same types."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from simulator.cloud import Simulator
from tests.samples import PAYLOADS, payload
from tests.simulator.visitor import API, Visitor, shape

OWN = "/account/~/extension/~/presence"
DETAILED = f"{OWN}?detailedTelephonyState=true"
SIP = f"{DETAILED}&sipData=true"

# Captured, but of something that no client may use any more.
OBSOLETE = {
    "sub-pubnub-response.captured-2019": "the PubNub transport",
    "error-400-oauth-invalid-grant.captured-2017": "the password grant",
}

# Whose fields are a part of what the simulator sends, or are of other messages than voicemails.
ELSEWHERE = {
    "error-403-extended-scope.captured-2025": "test_messages",
    "event-message-store-voicemail.captured-2016": "test_messages",
    "event-message-store.captured-2018": "test_messages",
    "rest-call-log-list.captured-2017": "test_call_log",
    "rest-call-log-sync-fsync.captured-2018": "test_call_log",
    "rest-message-sync-fsync.captured-2017": "test_messages",
}


class Cloud:
    """What a producer of a payload needs."""

    def __init__(self, simulator, user, phones):
        self.simulator = simulator
        self.account = simulator.account
        self.user = user
        self.phones = phones

    async def body(self, method, path, body=None, **options):
        reply = await self.user.request(method, API + path, body, **options)
        return {"status": reply.status, "body": reply.json}

    async def event(self, path, act):
        """Subscribe, act, and return the frame of the last event."""
        socket = await self.user.connect()
        await socket.subscribe(path)
        before = self.simulator.subscriptions.notified
        act()
        return [await socket.receive() for _ in range(self.simulator.subscriptions.notified - before)][-1]

    async def subscribe(self, *paths):
        socket = await self.user.connect()
        body = {"eventFilters": [API + path for path in paths], "deliveryMode": {"transportType": "WebSocket"}}
        return socket, await socket.request("POST", f"{API}/subscription", body)


# Errors


async def invalid_client(cloud):
    authorization = "Basic " + b64encode(b"xx:secret").decode()
    reply = await cloud.user.ask_token({"Authorization": authorization}, grant_type="refresh_token")
    return {"status": reply.status, "body": reply.json}


async def invalid_token(cloud):
    return await cloud.body("GET", "/account/~/extension/~", token="nonsense")


async def application_permission(cloud):
    cloud.simulator.login(cloud.user.credentials).application.permissions.discard("ReadAccounts")
    return await cloud.body("GET", "/account/~/extension")


async def user_permission(cloud):
    cloud.simulator.login(cloud.user.credentials).permissions.discard("ReadExtensions")
    return await cloud.body("GET", "/account/~/extension")


async def other_account(cloud):
    _, (meta, body) = await cloud.subscribe("/account/2/extension/3/presence")
    return {"status": meta["status"], "body": body}


async def invalid_uri(cloud):
    reply = await cloud.user.get("/nonsense")
    names = payload("error-404-invalid-uri.captured-2017")["headers"]
    return {"status": reply.status, "headers": {name: reply.headers[name] for name in names}, "body": reply.json}


async def extended_scope(cloud):
    cloud.account.settings.speak(["extended_scope_code"])
    return await user_permission(cloud)


# REST


async def presence(cloud):
    return (await cloud.body("GET", OWN))["body"]


async def presence_with_total(cloud):
    cloud.account.settings.speak(["rest_with_total"])
    return await presence(cloud)


async def account_presence_of_2019(cloud):
    cloud.account.settings.speak(["rest_2019", "times_with_offset", "no_list_in_rest", "account_read_says_no_call"])
    for one in list(cloud.account.extensions.values()):
        if one.number not in {"101", "102"}:
            cloud.account.remove_extension(one.id)
    cloud.phones.call_out("101", "+16575550194").answer()
    query = "detailedTelephonyState=true&sipData=true&perPage=1000"
    return (await cloud.body("GET", f"/account/~/presence?{query}"))["body"]


async def presence_of_2019(cloud):
    cloud.account.settings.speak(["rest_2019", "times_with_offset"])
    cloud.phones.call_out("101", "+16575550194").answer()
    return (await cloud.body("GET", SIP))["body"]


# Events


async def account_event(cloud):
    other = cloud.account.find("103").id
    act = lambda: cloud.account.update_presence(other, {"dndStatus": "DoNotAcceptDepartmentCalls"})  # noqa: E731
    return (await cloud.event("/account/~/presence", act))[1]


async def event_of_2018(cloud):
    cloud.account.settings.speak(["2018"])
    return (await cloud.event(SIP, lambda: cloud.phones.call_between("102", "101")))[1]


async def frame_of_2022(cloud):
    cloud.account.settings.speak(["2022"])
    return await cloud.event(SIP, lambda: cloud.phones.call_out("101", "+14155550123"))


def flow(play, form="2015"):
    async def produce(cloud):
        cloud.account.settings.speak([form])
        envelopes = []
        cloud.account.listen(lambda notice: envelopes.append(notice.body))
        play(cloud.phones)
        stamp = datetime.fromtimestamp(cloud.account.clock.time(), UTC)
        text = stamp.strftime("%Y-%m-%dT%H:%M:%S.%f")
        envelope = {"timestamp": text, "uuid": "1", "event": "/x"} | ({"subscriptionId": "1"} if form != "2015" else {})
        return [{**envelope, "body": body} for body in envelopes]

    return produce


def answered(phones):
    call = phones.call_in("101")
    call.answer()
    call.hang_up()


def missed(phones):
    phones.call_in("101").hang_up()


def ring_out(phones):
    call = phones.ring_out("101", "+14155550123")
    call.answer()
    call.hang_up()


def rings_again(phones):
    call = phones.call_in("101")
    call.rest()
    call.ring_again()
    call.answer()
    call.hang_up()


# WebSocket


async def deletion(cloud):
    cloud.simulator.settings.former_socket_headers = True
    socket, (_, subscription) = await cloud.subscribe(OWN)
    return await socket.request("DELETE", subscription["uri"])


async def heartbeat(cloud):
    socket = await cloud.user.connect()
    await socket.websocket.send_str('[{"type":"Heartbeat","messageId":"1"}]')
    return await socket.receive()


async def failed_recovery(cloud):
    socket = await cloud.user.connect()
    await socket.websocket.close()
    return await (await cloud.user.open_socket(socket.wsc)).receive()


async def subscription(cloud):
    return (await cloud.subscribe(OWN))[1]


async def subscription_of_2021(cloud):
    cloud.simulator.settings.former_socket_headers = True
    return (await cloud.subscribe(SIP, "/account/~/extension/~"))[1]


PRODUCERS = {
    "error-400-oauth-invalid-client.captured-2017": invalid_client,
    "error-401-token-invalid.captured-2026": invalid_token,
    "error-403-extended-scope.captured-2025": extended_scope,
    "error-403-app-permission.captured-2018": application_permission,
    "error-403-sub-406-other-account.captured": other_account,
    "error-403-user-permission.captured": user_permission,
    "error-404-invalid-uri.captured-2017": invalid_uri,
    "event-account-presence.captured-2023": account_event,
    "event-detailed-presence.captured-2018": event_of_2018,
    "flow-answered-call.captured-2015": flow(answered),
    "flow-missed-call.captured-2015": flow(missed),
    "flow-missed-call.captured-2016": flow(missed, "2016"),
    "flow-ringout.captured-2015": flow(ring_out),
    "flow-same-session-rings-again.captured-2015": flow(rings_again),
    "rest-account-presence.captured-2019": account_presence_of_2019,
    "rest-extension-presence-call.captured-2019": presence_of_2019,
    "rest-extension-presence-total.captured": presence_with_total,
    "rest-extension-presence.captured": presence,
    "ws-client-request-delete-response.captured-2022": deletion,
    "ws-connection-details-recovery-failed.captured-2021": failed_recovery,
    "ws-heartbeat-response.captured-2021": heartbeat,
    "ws-server-notification-presence.captured-2022": frame_of_2022,
    "ws-subscription-response.captured-2021": subscription_of_2021,
    "ws-subscription-response.captured-2025": subscription,
}


@pytest.fixture
async def cloud(account, clock, phones):
    async with Simulator(account, clock=clock) as simulator, Visitor(simulator) as user:
        await user.log_in()
        yield Cloud(simulator, user, phones)


def test_no_captured_payload_is_forgotten():
    captured = {path.stem for path in PAYLOADS.glob("*.captured*.json")}

    assert captured == PRODUCERS.keys() | OBSOLETE.keys() | ELSEWHERE.keys()
    for name, test in ELSEWHERE.items():
        assert name in PAYLOADS.parent.joinpath("simulator", f"{test}.py").read_text()


@pytest.mark.parametrize("name", PRODUCERS)
async def test_captured_payload_has_a_shape_that_the_simulator_produces(cloud, name):
    captured = payload(name)

    produced = await PRODUCERS[name](cloud)

    if isinstance(captured, list) and name.startswith("flow"):
        assert [shape(one) for one in produced] == [shape(one) for one in captured]
    else:
        assert shape(produced) == shape(captured)
    if "status" in captured:
        assert produced["status"] == captured["status"]


@pytest.mark.parametrize(
    ("name", "play"),
    [
        ("flow-answered-call.captured-2015", answered),
        ("flow-missed-call.captured-2015", missed),
        ("flow-ringout.captured-2015", ring_out),
        ("flow-same-session-rings-again.captured-2015", rings_again),
    ],
)
def test_captured_flow_goes_as_the_phones_play_it(account, phones, notices, name, play):
    """The statuses, their order, the called number at the end, the growing sequence."""

    def story(bodies):
        calls = [(body["telephonyStatus"], body["activeCalls"][0]) for body in bodies]
        return [
            (status, call["telephonyStatus"], call["direction"], bool(call["to"]), "id" in call)
            for status, call in calls
        ]

    account.settings.speak(["2015"])
    play(phones)

    captured = [event["body"] for event in payload(name)]
    produced = [notice.body for notice in notices]
    assert story(produced) == story(captured)
    for bodies in (captured, produced):
        assert len({body["activeCalls"][0]["sessionId"] for body in bodies}) == 1
        assert [body["sequence"] for body in bodies] == sorted(body["sequence"] for body in bodies)


def test_documented_event_with_sip_data_is_of_a_shape_that_the_phones_produce(account, phones, notices):
    """Not captured, but the only sample of a monitored line's call; its extension id is a string."""
    account.update_presence(account.find("101").id, {"ringOnMonitoredCall": True, "pickUpCallsOnHold": True})
    own = phones.call_queue("200", from_name="Charlie Williams")
    own.hang_up()
    call = phones.call_out("101", "+14155550123", to_name="Alice Smith")
    call.answer()
    call.hold()
    phones.call_between("103", "102")

    body = next(notice.body for notice in reversed(notices) if notice.extension_id == account.find("101").id)
    documented = payload("event-detailed-presence-sip.doc")["body"]
    assert body["telephonyStatus"] == documented["telephonyStatus"] == "OnHold"
    assert shape({**body, "activeCalls": [], "extensionId": ""}) == shape({**documented, "activeCalls": []})
    ours, theirs = body["activeCalls"][-1], documented["activeCalls"][-1]
    assert shape(ours) == shape(theirs)
    assert ours["sipData"]["toTag"] == theirs["sipData"]["toTag"] == "blf"
    assert ours["sipData"]["fromTag"] == ours["partyId"]
    for call in (ours, theirs):
        assert call["id"] == call["telephonySessionId"]
