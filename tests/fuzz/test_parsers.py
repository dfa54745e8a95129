"""Each parser alone: what it can't take it refuses by the one exception that its callers know, and forgets."""

import json
import math
import re

import aiohttp
import msgspec
import pytest

from custom_components.ringcentral.api.account import Extension, GatewayToken, Subscription, TokenReply
from custom_components.ringcentral.api.auth import as_token
from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.errors import PayloadError, RingCentralError
from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.api.frames import ConnectionDetails, ErrorBody, decode_frame
from custom_components.ringcentral.api.models import PartialPresence, PresenceEvent
from custom_components.ringcentral.api.presence_payload import read_presence
from custom_components.ringcentral.api.rate_limit import RateLimits
from custom_components.ringcentral.api.transport import Reply, date_of, decode, login_refusal, refusal, retry_after
from custom_components.ringcentral.api.webhook_receiver import WebhookCounters, WebhookReceiver
from custom_components.ringcentral.presence.office import Office
from custom_components.ringcentral.presence.order import Moment
from tests.api.login import FixedAuth
from tests.fuzz.mutations import samples

pytestmark = pytest.mark.usefixtures("little_memory")

EVENTS = ("event-", "flow-")


def test_frames(mutator, inputs):
    source = mutator("ws-")
    refused = 0
    for _ in range(inputs):
        data = source.next()
        try:
            frame = decode_frame(data)
            for kind in (ConnectionDetails, ErrorBody):
                decode(Reply(frame.meta.status, {}, frame.body), kind)
        except PayloadError:
            refused += 1
    assert 0 < refused < inputs


def test_events_and_the_rules_behind_them(mutator, inputs):
    source = mutator(*EVENTS)
    office = Office()
    now, refused = 0.0, 0
    for _ in range(inputs):
        now += source.random.choice((0, 0.1, 1, 20))
        moment = Moment(now, 1_750_000_000.0 + now)
        payload = source.next()
        try:
            event = decode_notification(payload)
        except PayloadError as error:
            assert len(str(error)) < 500, "the message names the place, it does not repeat the value"
            assert office.take(payload, moment) == []
            refused += 1
            continue
        if isinstance(event, PresenceEvent) and event.extension_id not in office:
            office.follow(event.extension_id)
        if source.random.random() < 0.05:
            office.replay([payload], moment)
        else:
            office.take(payload, moment)
        for extension_id in office.extension_ids:
            office.settle(extension_id, moment)
            if len(office.extension_ids) > 50:
                office.forget(extension_id, moment)
    assert office.counters["malformed"] == refused
    assert 0 < refused < inputs


def is_presence(event):
    return isinstance(decode_notification(json.dumps(event).encode()), PresenceEvent)


# A party that is an object may bring its name, and a word in its place withholds it; a list that lost a leg is cut.
COMPANIONS = {
    "from": {"from_name", "from_withheld"},
    "to": {"to_name", "to_withheld"},
    "activeCalls": {"total_active_calls"},
}


def assert_others_agree(without, spoiled, path):
    """Compare two readings everywhere but at a path, from which one lacks the value and the other has an odd one."""
    if not path or without is None or spoiled is None:
        return
    if isinstance(without, tuple):
        if len(path) > 1:
            assert len(spoiled) == len(without)
            assert_others_agree(without[path[0]], spoiled[path[0]], path[1:])
        # The odd one is lost or stands in its place.
        index = path[0]
        others = spoiled[:index] + spoiled[index + (len(spoiled) > len(without) or len(path) > 1) :]
        assert others == (without[:index] + without[index + 1 :] if len(path) > 1 else without)
        return
    for field in msgspec.structs.fields(without):
        one, other = getattr(without, field.name), getattr(spoiled, field.name)
        if field.encode_name == path[0]:
            assert_others_agree(one, other, path[1:])
        elif field.name not in COMPANIONS.get(path[0], ()):
            assert one == other, field.name


def test_a_field_of_any_shape_loses_no_other(mutator, inputs):
    events = [event for event in samples(*EVENTS) if is_presence(event)]
    source, lost = mutator(contents=events), 0
    for _ in range(inputs):
        path, without, payload = source.spoil_field(source.random.choice(events), "body")
        try:
            spoiled = decode_notification(payload)
        except PayloadError:
            # Nothing else names the extension.
            assert path == ("extensionId",)
            assert not is_own_path(without["event"])
            continue
        # A path that says whose it is names the extension as well.
        extension_id = {"extensionId": spoiled.extension_id} if path == ("extensionId",) else {}
        without["body"].update(extension_id)
        expected = decode_notification(json.dumps(without).encode())
        assert_others_agree(expected.body, spoiled.body, path)
        assert (spoiled.uuid, spoiled.sent_at, spoiled.event) == (expected.uuid, expected.sent_at, expected.event)
        assert spoiled.extension_id == expected.extension_id
        lost += bool(spoiled.unreadable)
    assert 0 < lost < inputs


def is_own_path(path):
    """Whether an event's path names the extension itself, not its watcher."""
    return re.fullmatch(r".*/extension/[^/~]+/presence(/dnd)?(\?.*)?", path) is not None


def test_a_presence_with_a_field_of_any_shape_keeps_all_others(mutator, inputs):
    answers = samples("rest-extension-presence")
    source, lost = mutator(contents=answers), 0
    for _ in range(inputs // 2):
        path, without, payload = source.spoil_field(source.random.choice(answers))
        spoiled = read_presence(payload)
        assert_others_agree(read_presence(json.dumps(without).encode()), spoiled, path)
        lost += isinstance(spoiled, PartialPresence)
    assert 0 < lost < inputs


def test_snapshots(mutator, inputs):
    source = mutator("rest-extension-presence")
    office, refused = Office(), 0
    office.follow("one")
    for number in range(inputs):
        moment = Moment(float(number), 1_750_000_000.0 + number)
        try:
            presence = read_presence(source.next())
        except PayloadError:
            refused += 1
            continue
        office.snapshot("one", presence, number - 1.0, moment)
    assert 0 < refused < inputs


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("rest-extension-info", Extension),
        ("ws-subscription-response", Subscription),
        ("webhook-create-response", Subscription),
        ("ws-token-response", GatewayToken),
    ],
)
def test_rest_bodies(mutator, inputs, prefix, kind):
    source = mutator(prefix)
    for _ in range(inputs // 4):
        try:
            assert isinstance(decode(Reply(200, {}, source.next()), kind), kind)
        except PayloadError as error:
            assert len(str(error)) < 500


def test_tokens(mutator, inputs):
    source = mutator("auth-token-response")
    for _ in range(inputs):
        try:
            token = as_token(decode(Reply(200, {}, source.next()), TokenReply), 1_750_000_000.0)
        except PayloadError:
            continue
        assert math.isfinite(token.expires_at)
        assert math.isfinite(token.refresh_at)
        assert token.refresh_at <= token.expires_at
        assert token.refresh_expires_at is None or math.isfinite(token.refresh_expires_at)


def test_refusals(mutator, inputs):
    source = mutator("error-", "ws-error", "ws-subscription-error")
    for _ in range(inputs):
        status = source.random.choice((400, 401, 403, 404, 408, 429, 500, 503))
        said = source.random.choice((None, "", "0", "7", "-1", "1e9", "٣", "9" * 500, "Wed, 21 Oct 2026 07:28:00 GMT"))
        headers = {} if said is None else {"Retry-After": said, "Date": said}
        reply = Reply(status, headers, source.next())
        for judge in (refusal, login_refusal):
            error = judge(reply)
            assert isinstance(error, RingCentralError)
            assert 0 <= (getattr(error, "retry_after", None) or 0) <= 900
        assert retry_after(reply) is None or 0 <= retry_after(reply) <= 900
        date_of(reply)


class Body:
    """A request's body, read to its end."""

    def __init__(self, content):
        self.content = content

    async def read(self, size, /):
        content, self.content = self.content[:size], self.content[size:]
        return content


async def test_webhook_requests(mutator, inputs):
    source = mutator("event-", "webhook-")
    counters = WebhookCounters()
    receiver = WebhookReceiver("our secret", counters)
    names = ("Verification-Token", "Validation-Token", "Content-Type", "Content-Length", "content-type", "X-Other")
    values = (
        "our secret",
        "our secre",
        "",
        "application/json",
        "text/html",
        "12",
        "-1",
        "9" * 30,
        "\udcff",
        "é",
        "a\r\nb",
    )
    for _ in range(inputs):
        headers = {source.random.choice(names): source.random.choice(values) for _ in range(source.random.randrange(5))}
        if source.random.random() < 0.3:
            headers = {"Verification-Token": "our secret", "Content-Type": "application/json"}
        is_ours = "our secret" in {headers.get("Verification-Token"), headers.get("Validation-Token")}
        receipt = await receiver.receive(headers, Body(source.next()))
        assert receipt.headers == {}, "no handshake is expected"
        assert receipt.payload is None or is_ours
    assert counters.deliveries > 0
    assert counters.foreign > 0


async def test_answers_through_the_client(mutator, inputs, clock, socket_enabled, scripted):
    """Every call of the client, answered by spoiled bodies over HTTP."""
    source = mutator("rest-", "error-", "ws-subscription", "ws-token", "webhook-create-response")
    limits = RateLimits(clock)
    statuses = (200, 200, 200, 207, 201, 204, 301, 400, 403, 404, 429, 503)
    async with aiohttp.ClientSession() as http:
        client = RingCentralClient(http, FixedAuth(), server=scripted.url, clock=clock, limits=limits)
        calls = (
            client.get_extension,
            client.get_features,
            client.list_extensions,
            client.get_presence,
            lambda: client.get_presences(["1", "2"]),
            client.list_account_presence,
            lambda: client.update_presence("1", {"userStatus": "Busy"}),
            client.list_favorites,
            client.list_presence_lines,
            client.list_subscriptions,
            lambda: client.get_subscription("1"),
            client.create_gateway_token,
        )
        failed = 0
        for number in range(inputs // 10):
            status = source.random.choice(statuses)
            scripted.always(source.next(), status, {"Content-Type": "application/json"})
            clock.advance(1000)
            # What the server remembers is not what is measured.
            scripted.requests.clear()
            scripted.bodies.clear()
            try:
                await calls[number % len(calls)]()
            except RingCentralError as error:
                failed += 1
                assert len(str(error)) < 600
    assert 0 < failed < inputs // 10
