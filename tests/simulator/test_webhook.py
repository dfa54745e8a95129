"""Webhooks."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
import pytest

from tests.samples import payload
from tests.simulator.visitor import API
from tests.waiting import until, until_quiet

OWN = "/account/~/extension/~/presence?detailedTelephonyState=true"


@dataclass
class Receiver:
    """Somebody's webhook, on a real port."""

    url: str = ""
    echo: bool = True
    status: int = 200
    wait: float = 0
    content_type: str = "application/json"
    padding: int = 0
    handshakes: int = 0
    headers: list[Any] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.wait)
        headers = {}
        if (token := request.headers.get("Validation-Token")) and not body:
            self.handshakes += 1
            headers = {"Validation-Token": token} if self.echo else {}
        else:
            self.headers.append(dict(request.headers))
            self.bodies.append(body)
            if self.status == 200 and body.startswith(b"{"):
                self.events.append(await request.json())
        return web.Response(
            status=self.status, headers=headers, content_type=self.content_type, text="x" * self.padding
        )


@pytest.fixture
async def receiver(real_sockets):
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def subscribe(user, address, *filters, expires_in=None, **mode):
    body = {
        "eventFilters": [API + path for path in filters or (OWN,)],
        "deliveryMode": {"transportType": "WebHook", "address": address, **mode},
    }
    if expires_in is not None:
        body["expiresIn"] = expires_in
    return await user.request("POST", f"{API}/subscription", body)


def change(simulator, **fields):
    simulator.account.update_presence(simulator.credentials.extension_id, fields)


async def test_subscribing_validates_the_address_and_answers_as_documented(user, receiver):
    reply = await subscribe(user, receiver.url)

    assert reply.status == 200
    assert receiver.handshakes == 1
    documented = payload("webhook-create-response.doc")
    assert reply.json.keys() == documented.keys()
    assert reply.json["deliveryMode"] == {**documented["deliveryMode"], "address": receiver.url}
    assert reply.json["expiresIn"] == documented["expiresIn"]
    assert reply.json["status"] == "Active"


async def test_documented_request_for_a_webhook_is_taken(user, receiver):
    documented = payload("webhook-create-request.doc")
    # Messages are none of the simulator's business.
    filters = [one for one in documented["eventFilters"] if "message-store" not in one]
    mode = {**documented["deliveryMode"], "address": f"{receiver.url}?auth_token=MySecureToken"}

    reply = await user.request("POST", f"{API}/subscription", {"eventFilters": filters, "deliveryMode": mode})

    assert (reply.status, len(reply.json["eventFilters"])) == (200, len(filters))


@pytest.mark.parametrize(
    "fault",
    [{"echo": False}, {"status": 500}, {"wait": 0.5}, {"content_type": "text/html"}, {"padding": 1200}],
    ids=str,
)
async def test_address_that_fails_the_handshake_is_refused(user, simulator, receiver, fault):
    simulator.settings.webhook_timeout = 0.2
    for name, value in fault.items():
        setattr(receiver, name, value)

    reply = await subscribe(user, receiver.url)

    assert (reply.status, reply.codes) == (400, ["SUB-525"])
    assert (await user.get("/subscription")).json["records"] == []


async def test_address_that_nobody_answers_is_refused(user):
    assert (await subscribe(user, "http://127.0.0.1:9/hook")).codes == ["SUB-525"]


async def test_address_elsewhere_must_be_https(user):
    assert (await subscribe(user, "http://192.0.2.1/hook")).codes == ["SUB-523"]
    assert (await subscribe(user, "nonsense")).codes == ["SUB-522"]


async def test_webhook_needs_the_application_permission(user, simulator, receiver):
    simulator.login(user.credentials).application.permissions.discard("SubscriptionWebhook")

    reply = await subscribe(user, receiver.url)

    assert (reply.status, reply.codes) == (403, ["CMN-401"])
    assert reply.json["permissionName"] == "SubscriptionWebhook"


async def test_events_are_posted_with_the_verification_token(user, simulator, receiver):
    subscription = (await subscribe(user, receiver.url, verificationToken="hello-world")).json

    change(simulator, userStatus="Busy")

    await until(lambda: receiver.events)
    event, headers = receiver.events[0], receiver.headers[0]
    assert event["subscriptionId"] == subscription["id"]
    assert event["body"]["userStatus"] == "Busy"
    documented = payload("webhook-notification-headers.doc")["guide_until_2023"]
    sent = {name.lower(): value for name, value in headers.items()}
    assert {name: sent[name] for name in documented} == documented


async def test_present_guide_calls_the_header_otherwise(user, simulator, receiver):
    simulator.settings.verification_header = "Validation-Token"
    await subscribe(user, receiver.url, verificationToken="hello-world")

    change(simulator, userStatus="Busy")

    await until(lambda: receiver.events)
    assert receiver.headers[0]["Validation-Token"] == "hello-world"


async def test_subscription_is_read_changed_renewed_and_deleted(user, simulator, receiver, clock):
    subscription = (await subscribe(user, receiver.url, expires_in=1000)).json
    path = f"/subscription/{subscription['id']}"
    clock.advance(500)
    assert (await user.get(path)).json["expiresIn"] == pytest.approx(500, abs=2)

    renewed = (await user.request("POST", f"{API}{path}/renew")).json
    changed = (await user.request("PUT", API + path, {"eventFilters": [f"{API}/account/~/presence"]})).json

    assert renewed["expiresIn"] == pytest.approx(1000, abs=2)
    assert changed["expiresIn"] == pytest.approx(604800, abs=2)
    assert changed["eventFilters"] == [f"{API}/account/{simulator.account.id}/presence"]
    assert (await user.request("DELETE", API + path)).status == 204
    assert (await user.get(path)).status == 404
    change(simulator, userStatus="Busy")
    await until_quiet()
    assert receiver.events == []


async def test_webhook_expires(user, simulator, receiver, clock):
    subscription = (await subscribe(user, receiver.url, expires_in=1000)).json
    clock.advance(1000)

    change(simulator, userStatus="Busy")

    assert (await user.get(f"/subscription/{subscription['id']}")).status == 404
    await until_quiet()
    assert receiver.events == []


async def test_reminders_come_before_the_end(user, receiver, clock):
    await subscribe(user, receiver.url, OWN, "/subscription/~?threshold=60&interval=15", expires_in=200)
    clock.advance(140)
    await until(lambda: len(receiver.events) == 1)
    clock.advance(15)
    await until(lambda: len(receiver.events) == 2)

    documented = payload("event-subscription-reminder.composed")
    assert receiver.events[0].keys() == documented.keys()
    assert receiver.events[0]["event"] == documented["event"]
    assert [event["body"]["expiresIn"] for event in receiver.events] == [
        pytest.approx(60, abs=2),
        pytest.approx(45, abs=2),
    ]


async def test_address_that_keeps_failing_is_blacklisted(user, simulator, receiver, clock):
    subscription = (await subscribe(user, receiver.url)).json
    path = f"/subscription/{subscription['id']}"
    receiver.status = 404
    change(simulator, userStatus="Busy")
    await until(lambda: len(receiver.bodies) == 1)
    assert (await user.get(path)).json["status"] == "Active"
    clock.advance(600)
    change(simulator, userStatus="Available")
    await until(lambda: simulator.subscriptions.by_id[subscription["id"]].blacklisted)

    record = (await user.get(path)).json

    documented = payload("webhook-blacklisted-list.doc")["records"][0]
    assert record.keys() == documented.keys()
    assert record["status"] == "Blacklisted"
    assert record["blacklistedData"].keys() == documented["blacklistedData"].keys()
    assert "404" in record["blacklistedData"]["reason"]
    change(simulator, userStatus="Busy")
    await until_quiet()
    assert len(receiver.bodies) == 2


async def test_address_that_recovers_in_time_is_not_blacklisted(user, simulator, receiver, clock):
    subscription = (await subscribe(user, receiver.url)).json
    for status, seconds in ((503, 400), (200, 400), (503, 400)):
        receiver.status = status
        change(simulator, userStatus="Busy" if status == 200 else "Available")
        count = len(receiver.bodies)
        change(simulator, userStatus="Offline")
        await until(lambda count=count: len(receiver.bodies) > count)
        clock.advance(seconds)

    assert (await user.get(f"/subscription/{subscription['id']}")).json["status"] == "Active"


async def test_blacklisted_address_can_be_tried_again(user, simulator, receiver, clock):
    simulator.settings.blacklist_after = 0
    simulator.settings.blacklist_recheck = 900
    subscription = (await subscribe(user, receiver.url)).json
    receiver.status = 500
    change(simulator, userStatus="Busy")
    await until(lambda: simulator.subscriptions.by_id[subscription["id"]].blacklisted)
    receiver.status = 200

    clock.advance(900)

    await until(lambda: not simulator.subscriptions.by_id[subscription["id"]].blacklisted)
    change(simulator, userStatus="Offline")
    await until(lambda: receiver.events)


async def test_webhooks_and_sockets_share_the_limit_and_the_list(user, simulator, receiver):
    simulator.subscriptions.limit = 2
    await (await user.connect()).subscribe(OWN)
    assert (await subscribe(user, receiver.url)).status == 200

    refused = await subscribe(user, receiver.url)

    assert (refused.status, refused.codes) == (403, ["SUB-505"])
    records = (await user.get("/subscription")).json["records"]
    assert {record["deliveryMode"]["transportType"] for record in records} == {"WebSocket", "WebHook"}


async def test_socket_subscription_cannot_be_made_by_http(user):
    body = {"eventFilters": [API + OWN], "deliveryMode": {"transportType": "WebSocket"}}

    assert (await user.request("POST", f"{API}/subscription", body)).codes == ["CMN-101"]
