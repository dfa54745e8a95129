"""Each parser alone: what it can't take it refuses by the one exception that its callers know, and forgets."""

import math

import aiohttp
import pytest

from custom_components.ringcentral.api.auth import as_token
from custom_components.ringcentral.api.client import RingCentralClient
from custom_components.ringcentral.api.errors import PayloadError, RingCentralError
from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.api.frames import ConnectionDetails, ErrorBody, decode_frame
from custom_components.ringcentral.api.models import (
    Extension,
    GatewayToken,
    Presence,
    PresenceEvent,
    Subscription,
    TokenReply,
)
from custom_components.ringcentral.api.rate_limit import RateLimits
from custom_components.ringcentral.api.transport import Reply, date_of, decode, login_refusal, refusal, retry_after
from custom_components.ringcentral.api.webhook_receiver import WebhookCounters, WebhookReceiver
from custom_components.ringcentral.presence.calls import AnsweredSessions
from custom_components.ringcentral.presence.ordering import Moment
from custom_components.ringcentral.presence.state import (
    ExtensionRecord,
    apply_deadline,
    apply_event,
    apply_snapshot,
    finish_replay,
)
from tests.api.login import FixedAuth

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
    records = {}
    answered = AnsweredSessions()
    now, refused = 0.0, 0
    for _ in range(inputs):
        now += source.random.choice((0, 0.1, 1, 20))
        moment = Moment(now, 1_750_000_000.0 + now)
        payload = source.next()
        before = dict(records)
        try:
            event = decode_notification(payload)
        except PayloadError as error:
            assert len(str(error)) < 500, "the message names the place, it does not repeat the value"
            assert records == before
            refused += 1
            continue
        if not isinstance(event, PresenceEvent):
            continue
        # Half of them concern one extension, so that its calls pile up.
        key = event.extension_id if source.random.random() < 0.5 else "one"
        record = records.get(key, ExtensionRecord(extension_id=key))
        outcome = apply_event(record, event, moment)
        for call in outcome.answered:
            answered.add(key, call)
        record = apply_deadline(outcome.record, moment, answered).record
        records[key] = finish_replay(record, moment).record if source.random.random() < 0.05 else record
        if len(records) > 50:
            records.clear()
    assert 0 < refused < inputs


def test_snapshots(mutator, inputs):
    source = mutator("rest-extension-presence")
    record, refused = ExtensionRecord(extension_id="one"), 0
    for number in range(inputs):
        moment = Moment(float(number), 1_750_000_000.0 + number)
        try:
            presence = decode(Reply(200, {}, source.next()), Presence)
        except PayloadError:
            refused += 1
            continue
        record = apply_snapshot(record, presence, number - 1.0, moment).record
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
